using System.Globalization;
using IntegrationKit.Diagnostics;
using IntegrationKit.Engine;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Ownership;

/// <summary>
/// The watchdog of one session: a process that removes what the session made on an engine, if this process dies without
/// doing so. It learns that from the pipe between the two, which the operating system closes.
/// </summary>
internal sealed class WatchdogClient : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly WatchdogProcess? _process;
    private readonly string _labelFilter;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private Task? _ready;
    private int _isStopped;

    private WatchdogClient(WatchdogProcess? process, string labelFilter, ILogger logger, TimeProvider timeProvider)
    {
        (_process, _labelFilter, _logger, _timeProvider) = (process, labelFilter, logger, timeProvider);
        _started = timeProvider.GetTimestamp();
        _ready = process is null ? Task.CompletedTask : null;
    }

    /// <summary>The watchdog's process id; null before it is ready, and where there is none.</summary>
    public int? ProcessId { get; private set; }

    /// <summary>
    /// Starts the process without blocking, so that it starts up while the caller looks for the engine. Never throws.
    /// </summary>
    /// <param name="labelFilter"><c>key=value</c>: the label of everything that the session makes.</param>
    /// <param name="logger">Gets one warning where there is no watchdog.</param>
    /// <param name="isEnabled">False for none at all, as <c>INTEGRATIONKIT_WATCHDOG=off</c> does.</param>
    public static WatchdogClient Start(string labelFilter, ILogger logger, bool isEnabled) =>
        isEnabled && !IsTurnedOff(Environment.GetEnvironmentVariable("INTEGRATIONKIT_WATCHDOG"))
            ? Start(labelFilter, logger, TimeProvider.System, WatchdogCommand.Find)
            : new(process: null, labelFilter, logger, TimeProvider.System);

    public static WatchdogClient Start(string labelFilter, ILogger logger, TimeProvider timeProvider, Func<WatchdogCommand> findCommand) =>
        new(WatchdogProcess.Start(findCommand), labelFilter, logger, timeProvider);

    /// <summary>Whether the value of <c>INTEGRATIONKIT_WATCHDOG</c> turns it off.</summary>
    public static bool IsTurnedOff(string? value) => value?.Trim().ToUpperInvariant() is "OFF" or "0" or "FALSE";

    /// <summary>Tells it which engine to watch. Does not block; to be called once.</summary>
    public void Watch(EngineEndpoint endpoint)
    {
        if (_process is { } process)
        {
            process.Send($"watch {endpoint} {_labelFilter}");
            var answer = process.Answer.WaitAsync(ReadyLimit, _timeProvider);

            // On another thread, so that a start does not wait for it.
            _ready = Task.Run(() => HearAsync(answer, process));
        }
    }

    /// <summary>
    /// Waits until it watches the engine of <see cref="Watch"/>; nothing may be created before. Where it does not answer
    /// within 10 s, the wait ends and one warning says so.
    /// </summary>
    public Task ReadyAsync(CancellationToken cancellationToken) =>
        (_ready ?? throw new InvalidOperationException("It has not been told which engine to watch.")).WaitAsync(cancellationToken);

    /// <summary>
    /// Says that the session has removed everything, and waits up to 2 s for the process to end. Idempotent; never throws.
    /// </summary>
    public async Task StopAsync()
    {
        if (_process is null)
        {
            return;
        }

        if (Interlocked.Exchange(ref _isStopped, 1) == 0)
        {
            _process.Send("stopped");
            _process.Close();
        }

        await _process.Ended.WaitAsync(StopLimit, _timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task HearAsync(Task<string?> answer, WatchdogProcess process)
    {
        try
        {
            var line = await answer.ConfigureAwait(false);
            if (line?.Split(' ') is not ["ready", var id])
            {
                Log.WatchdogAbsent(_logger, "its process ended at once");
                return;
            }

            ProcessId = int.Parse(id, CultureInfo.InvariantCulture);
            Log.WatchdogReady(_logger, ProcessId.Value, (long)_timeProvider.GetElapsedTime(_started).TotalMilliseconds);
            _ = WarnOfItsEndAsync(process);
        }
        catch (TimeoutException)
        {
            Log.WatchdogAbsent(_logger, $"its process did not answer within {ReadyLimit.TotalSeconds} s");
        }
        catch (Exception e)
        {
            Log.WatchdogAbsent(_logger, e.Message);
        }
    }

    private async Task WarnOfItsEndAsync(WatchdogProcess process)
    {
        await process.Ended.ConfigureAwait(false);
        if (Volatile.Read(ref _isStopped) == 0)
        {
            Log.WatchdogEnded(_logger);
        }
    }
}
