namespace IntegrationKit;

/// <summary>A line of a container's log.</summary>
/// <param name="Text">The line without its end-of-line characters.</param>
/// <param name="IsError">Whether it was written to standard error; false for a container with a terminal.</param>
public readonly record struct LogLine(string Text, bool IsError);
