namespace IntegrationKit;

/// <summary>A container ended while its service was starting.</summary>
public sealed class ContainerExitedException : IntegrationKitException
{
    internal ContainerExitedException(int? exitCode, bool outOfMemory)
        : base(exitCode is null ? "Its container was removed while it started." :
            outOfMemory ? FormattableString.Invariant($"Its container was killed because it ran out of memory (exit code {exitCode}).") :
            FormattableString.Invariant($"Its container exited with code {exitCode}."))
    {
        ExitCode = exitCode;
        OutOfMemory = outOfMemory;
    }

    /// <summary>The exit code; null if the container was removed.</summary>
    public int? ExitCode { get; }

    /// <summary>Whether the kernel killed it because it ran out of memory.</summary>
    public bool OutOfMemory { get; }
}
