using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;
using IntegrationKit.Readiness;

namespace IntegrationKit.Tests.Readiness.Support;

/// <summary>Waits for a probe as a start does, and keeps what came of it.</summary>
internal static class ProbeTrial
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The tries, the last of which succeeded.</summary>
    public static async Task<IReadOnlyList<ProbeAttempt>> WaitAsync(Probe probe, IProbeTarget target, TimeProvider? timeProvider = null)
    {
        var evidence = new StartEvidence();
        var time = timeProvider ?? TimeProvider.System;
        using var deadline = new Deadline(Limit, "the limit of the test", time, TestContext.Current.CancellationToken);
        await ReadinessWaiter.WaitAsync(probe, target, new TaskCompletionSource().Task, deadline, evidence, time);
        return evidence.Attempts;
    }

    /// <summary>What one try finds: why the target is not ready, or null where it is.</summary>
    public static async Task<string?> OnceAsync(Probe probe, IProbeTarget target, TimeProvider? timeProvider = null)
    {
        await using var run = probe.Begin(target, timeProvider ?? TimeProvider.System);
        return (await ProbeAttempts.TryAsync(run.CheckAsync, TestContext.Current.CancellationToken)).Reason;
    }
}
