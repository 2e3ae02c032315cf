using Microsoft.Extensions.Logging;

namespace IntegrationKit.Ownership;

/// <summary>What the library logs about its watchdog: event ids 20 to 29.</summary>
internal static partial class WatchdogLog
{
    [LoggerMessage(20, LogLevel.Warning, "No watchdog is at work: {Reason}. What this process leaves behind if it is killed is removed by the sweep of a later start.")]
    public static partial void Absent(ILogger logger, string reason);

    [LoggerMessage(21, LogLevel.Warning, "The watchdog has ended before its time. What this process leaves behind if it is killed is removed by the sweep of a later start.")]
    public static partial void Ended(ILogger logger);

    [LoggerMessage(22, LogLevel.Debug, "The watchdog, process {ProcessId}, is at work after {Milliseconds} ms")]
    public static partial void Ready(ILogger logger, int processId, long milliseconds);
}
