using System.Runtime.ExceptionServices;
using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;
using Polly;
using Polly.Retry;

namespace IntegrationKit.Readiness;

/// <summary>Waits until a probe succeeds: the first attempt at once, the next ones after growing pauses with jitter.</summary>
internal static class ReadinessWaiter
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Returns when the probe has succeeded; its attempts are in <paramref name="evidence"/> then and after a failure.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="target">What is probed.</param>
    /// <param name="ended">Fails when the target has ended. After exit code 0 the probe is tried once more.</param>
    /// <param name="deadline">The limit.</param>
    /// <param name="evidence">Receives the attempts.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="ReadinessTimeoutException">The deadline passed.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task WaitAsync(
        Probe probe, IProbeTarget target, Task ended, Deadline deadline, StartEvidence evidence, TimeProvider timeProvider)
    {
        var attempts = new ProbeAttempts(timeProvider);
        evidence.WaitingFor = probe.ToString();
        evidence.Attempts = attempts.All;

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        var run = probe.Begin(target, timeProvider);
        await using (run.ConfigureAwait(false))
        {
            var waiting = Pipeline(timeProvider).ExecuteAsync(token => attempts.TryAsync(run.CheckAsync, AttemptTimeout, token), stop.Token).AsTask();
            try
            {
                await Task.WhenAny(waiting, ended).ConfigureAwait(false);
                if (!waiting.IsCompletedSuccessfully && ended.IsCompleted)
                {
                    if (ended.Exception?.InnerException is ContainerExitedException { ExitCode: 0 } && await IsReadyAtLastAsync().ConfigureAwait(false))
                    {
                        return;
                    }

                    await ended.ConfigureAwait(false);
                }

                await waiting.ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (deadline.Passed is { } passed)
            {
                throw new ReadinessTimeoutException(probe.ToString(), passed.Length, passed.Name, evidence.Attempts);
            }
            catch (UnusableProbeException e)
            {
                ExceptionDispatchInfo.Throw(e.InnerException!);
            }
            finally
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            // It ended well. The line that is waited for may be among its last ones, which are read to the end first.
            async Task<bool> IsReadyAtLastAsync()
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return (await attempts.TryAsync(run.CheckLastAsync, AttemptTimeout, deadline.Token).ConfigureAwait(false)).IsReady;
            }
        }
    }

    private static ResiliencePipeline<ProbeResult> Pipeline(TimeProvider timeProvider) =>
        new ResiliencePipelineBuilder<ProbeResult> { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions<ProbeResult>
            {
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is null && !arguments.Outcome.Result.IsReady),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstPause,
                MaxDelay = LongestPause,
            })
            .Build();
}
