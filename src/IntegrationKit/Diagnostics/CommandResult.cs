namespace IntegrationKit;

/// <summary>How a command in a container ended.</summary>
/// <param name="ExitCode">The exit code; 0 by convention if it succeeded.</param>
/// <param name="Output">What it wrote to standard output, within <see cref="ExecOptions.OutputLimit"/>.</param>
/// <param name="Error">What it wrote to standard error, within <see cref="ExecOptions.OutputLimit"/>.</param>
public sealed record CommandResult(long ExitCode, string Output, string Error);
