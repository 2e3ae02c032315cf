using System.Text.RegularExpressions;
using IntegrationKit.Diagnostics;

namespace IntegrationKit.Readiness;

/// <summary>Follows the log in one stream from its beginning; the attempts only look at what has been read so far.</summary>
internal sealed class LogProbe(Regex pattern, int times) : Probe
{
    public override string ToString() => $"log line matching /{pattern}/{(times > 1 ? $" {times} times" : "")}";

    internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider) => new Run(pattern, times, target, timeProvider);

    private sealed class Run(Regex pattern, int times, IProbeTarget target, TimeProvider timeProvider) : ProbeRun
    {
        private static readonly TimeSpan DisposeLimit = TimeSpan.FromSeconds(1);

        private readonly CancellationTokenSource _end = new();
        private Task? _reading;
        private int _seen;
        private string _last = "the log is empty";

        public override bool WaitsForResult => true;

        public override async ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken)
        {
            _reading ??= Task.Run(() => ReadAsync(_end.Token), CancellationToken.None);
            try
            {
                await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !_reading.IsCompleted)
            {
                return ProbeResult.NotReady(State());
            }
            catch (Exception e) when (_reading.IsCompleted)
            {
                return Again($"the log was cut off ({Text.Reason(e)})");
            }

            return _seen >= times ? ProbeResult.Ready : Again("the log ended");
        }

        public override async ValueTask DisposeAsync()
        {
            await _end.CancelAsync().ConfigureAwait(false);

            // A log that ignores its token is not waited for any longer.
            await DisposeAfterAsync(_reading ?? Task.CompletedTask).WaitAsync(DisposeLimit, timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task DisposeAfterAsync(Task reading)
        {
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _end.Dispose();
        }

        /// <summary>The stream ended before the line came. An end of the container is noticed elsewhere; else the log is read again.</summary>
        private ProbeResult Again(string what)
        {
            (_reading, var state) = (null, State());
            _seen = 0;
            return ProbeResult.NotReady($"{what}; {state}");
        }

        private string State() => times > 1 ? $"{_seen} of {times} lines seen; last line: {_last}" : $"last line: {_last}";

        private async Task ReadAsync(CancellationToken cancellationToken)
        {
            await foreach (var line in target.FollowLogAsync(cancellationToken).ConfigureAwait(false))
            {
                _last = line.Text;
                if (pattern.IsMatch(line.Text) && ++_seen >= times)
                {
                    return;
                }
            }
        }
    }
}
