using Microsoft.Extensions.Logging;

namespace IntegrationKit.Diagnostics;

/// <summary>Every message that the library logs. Event ids are fixed; tests assert them.</summary>
/// <remarks>
/// One class for all of them: with several classes the generator changes their order from build to build, so that the
/// assembly differs (dotnet/runtime#119587).
/// </remarks>
internal static partial class Log
{
    public static void Stage(ILogger logger, string service, ServiceStage stage, TimeSpan elapsed, string? detail)
    {
        var milliseconds = (long)elapsed.TotalMilliseconds;
        switch (stage)
        {
            case ServiceStage.Waiting: Waiting(logger, service, detail ?? string.Empty); break;
            case ServiceStage.Pulling: Pulling(logger, service, detail ?? string.Empty); break;
            case ServiceStage.Starting: Starting(logger, service, detail ?? string.Empty); break;
            case ServiceStage.Probing: Probing(logger, service, detail ?? string.Empty); break;
            case ServiceStage.Ready: Ready(logger, service, milliseconds); break;
            case ServiceStage.Reset: Reset(logger, service, milliseconds); break;
            case ServiceStage.Stopping: Stopping(logger, service); break;
            case ServiceStage.Stopped: Stopped(logger, service, milliseconds); break;
            case ServiceStage.Failed: Failed(logger, service, milliseconds, detail ?? string.Empty); break;
            default: throw new ArgumentOutOfRangeException(nameof(stage), stage, message: null);
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "{Service} could not be cleaned up; the next stop tries again")]
    public static partial void CleanUpFailed(ILogger logger, string service, Exception error);

    [LoggerMessage(11, LogLevel.Information, "Removed what an ended process had left: {Resources}")]
    public static partial void Swept(ILogger logger, string resources);

    [LoggerMessage(15, LogLevel.Warning, "{Service}: its server, container {Container}, runs but does not answer. It gets no further users: the next start gets another one.")]
    public static partial void ServerSilent(ILogger logger, string service, string container);

    [LoggerMessage(16, LogLevel.Warning, "The engine has no address range left for a further network; one is waited for up to {Limit}. They are held by {Holders}.")]
    public static partial void NetworksUsedUp(ILogger logger, string limit, string holders);

    [LoggerMessage(20, LogLevel.Warning, "No watchdog is running: {Reason}. What this process leaves behind if it is killed is removed by the sweep of a later start.")]
    public static partial void WatchdogAbsent(ILogger logger, string reason);

    [LoggerMessage(21, LogLevel.Warning, "The watchdog has ended unexpectedly. What this process leaves behind if it is killed is removed by the sweep of a later start.")]
    public static partial void WatchdogEnded(ILogger logger);

    [LoggerMessage(22, LogLevel.Debug, "The watchdog, process {ProcessId}, is running after {Milliseconds} ms")]
    public static partial void WatchdogReady(ILogger logger, int processId, long milliseconds);

    [LoggerMessage(60, LogLevel.Warning, "{Service}: not mocked: {Request}; nearest stub: {Nearest}")]
    public static partial void NotMocked(ILogger logger, string service, object request, string nearest);

    [LoggerMessage(61, LogLevel.Error, "{Service}: the responder of {Stub} threw")]
    public static partial void ResponderThrew(ILogger logger, Exception exception, string service, string stub);

    [LoggerMessage(62, LogLevel.Warning, "{Service}: the stub {Stub} has no answer: call Respond on it")]
    public static partial void NoAnswer(ILogger logger, string service, string stub);

    [LoggerMessage(63, LogLevel.Warning, "{Service}: the mock's server refused {Request}: {Refusal}")]
    public static partial void Refused(ILogger logger, string service, object request, object refusal);

    [LoggerMessage(64, LogLevel.Error, "{Service}: the answer of {Stub} cannot be sent: {Problem}")]
    public static partial void CannotBeSent(ILogger logger, string service, string stub, string problem);

    [LoggerMessage(1, LogLevel.Debug, "{Service} waits for {Others}")]
    private static partial void Waiting(ILogger logger, string service, string others);

    [LoggerMessage(2, LogLevel.Information, "{Service} pulls {Detail}")]
    private static partial void Pulling(ILogger logger, string service, string detail);

    [LoggerMessage(3, LogLevel.Information, "{Service} starts {Detail}")]
    private static partial void Starting(ILogger logger, string service, string detail);

    [LoggerMessage(4, LogLevel.Debug, "{Service} is probed: {Detail}")]
    private static partial void Probing(ILogger logger, string service, string detail);

    [LoggerMessage(5, LogLevel.Information, "{Service} is ready in {Milliseconds} ms")]
    private static partial void Ready(ILogger logger, string service, long milliseconds);

    [LoggerMessage(6, LogLevel.Debug, "{Service} is reset in {Milliseconds} ms")]
    private static partial void Reset(ILogger logger, string service, long milliseconds);

    [LoggerMessage(7, LogLevel.Debug, "{Service} stops")]
    private static partial void Stopping(ILogger logger, string service);

    [LoggerMessage(8, LogLevel.Information, "{Service} is stopped in {Milliseconds} ms")]
    private static partial void Stopped(ILogger logger, string service, long milliseconds);

    [LoggerMessage(9, LogLevel.Error, "{Service} failed after {Milliseconds} ms: {Detail}")]
    private static partial void Failed(ILogger logger, string service, long milliseconds, string detail);
}
