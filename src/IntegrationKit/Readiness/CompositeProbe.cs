namespace IntegrationKit.Readiness;

/// <summary>
/// Tries its parts side by side, each at its own pace, so that none waits for a slower one. A part that has succeeded is
/// not tried again.
/// </summary>
internal sealed class CompositeProbe(IReadOnlyList<Probe> parts, bool needsAll) : Probe
{
    internal override IEnumerable<int> NeededPorts => parts.SelectMany(part => part.NeededPorts);

    public override string ToString() => (needsAll ? "all of: " : "any of: ") + string.Join("; ", parts);

    internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider) =>
        new Run([.. parts.Select(part => new Part(part, part.Begin(target, timeProvider), timeProvider))], needsAll);

    private sealed class Part(Probe probe, ProbeRun run, TimeProvider timeProvider)
    {
        private string _reason = "not tried yet";

        public ProbeRun Run { get; } = run;

        public bool IsReady { get; private set; }

        public string State => $"{probe}: {_reason}";

        /// <summary>Tries until it succeeds or the token ends it; never throws.</summary>
        public async Task<bool> WaitAsync(CancellationToken cancellationToken)
        {
            try
            {
                IsReady = IsReady || (await ReadinessWaiter.RetryAsync(TryAsync, timeProvider, cancellationToken).ConfigureAwait(false)).IsReady;
            }
            catch (OperationCanceledException)
            {
                // The caller reads the last reason.
            }

            return IsReady;
        }

        private async ValueTask<ProbeResult> TryAsync(CancellationToken cancellationToken)
        {
            var result = await ProbeAttempts.TryAsync(Run, cancellationToken).ConfigureAwait(false);
            _reason = result.Reason ?? "ready";
            return result;
        }
    }

    private sealed class Run(Part[] parts, bool needsAll) : ProbeRun
    {
        public override async ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken)
        {
            using var decided = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var waits = parts.Select(part => part.WaitAsync(decided.Token)).ToArray();
            await foreach (var wait in Task.WhenEach(waits).ConfigureAwait(false))
            {
                if (await wait.ConfigureAwait(false) && !needsAll)
                {
                    await decided.CancelAsync().ConfigureAwait(false);
                }
            }

            return Array.TrueForAll(parts, part => part.IsReady) || (!needsAll && Array.Exists(parts, part => part.IsReady))
                ? ProbeResult.Ready
                : ProbeResult.NotReady(string.Join("; ", parts.Where(part => !part.IsReady).Select(part => part.State)));
        }

        public override async ValueTask DisposeAsync()
        {
            foreach (var part in parts)
            {
                await part.Run.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
