namespace IntegrationKit;

/// <summary>A line that a service's server has logged.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Line">The line.</param>
public sealed record ServiceLogLine(string Service, LogLine Line);
