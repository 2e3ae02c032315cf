namespace IntegrationKit.Readiness;

/// <summary>Tries its parts at the same time. A part that has succeeded is not tried again.</summary>
internal sealed class CompositeProbe(IReadOnlyList<Probe> parts, bool needsAll) : Probe
{
    internal override Probe? Question => parts.Select(part => part.Question).OfType<Probe>().ToArray() switch
    {
        [] => null,
        var questions when needsAll => new CompositeProbe(questions, needsAll),
        var questions => questions.Length == parts.Count ? this : null,
    };

    internal override IEnumerable<int> NeededPorts => parts.SelectMany(part => part.NeededPorts);

    public override string ToString() => (needsAll ? "all of: " : "any of: ") + string.Join("; ", parts);

    internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider) =>
        new Run([.. parts.Select(part => new Part(part, part.Begin(target, timeProvider)))], needsAll);

    private sealed class Part(Probe probe, ProbeRun run)
    {
        public ProbeRun Run { get; } = run;

        public bool IsReady { get; private set; }

        public async Task<string?> CheckAsync(bool isLast, CancellationToken cancellationToken)
        {
            if (IsReady)
            {
                return null;
            }

            var result = await ProbeAttempts.TryAsync(isLast ? Run.CheckLastAsync : Run.CheckAsync, cancellationToken).ConfigureAwait(false);
            IsReady = result.IsReady;
            return result.IsReady ? null : $"{probe}: {result.Reason}";
        }
    }

    private sealed class Run(Part[] parts, bool needsAll) : ProbeRun
    {
        public override bool WaitsForResult => Array.TrueForAll(parts, part => part.Run.WaitsForResult);

        public override ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken) => CheckAsync(isLast: false, cancellationToken);

        public override ValueTask<ProbeResult> CheckLastAsync(CancellationToken cancellationToken) => CheckAsync(isLast: true, cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await Task.WhenAll(parts.Select(part => part.Run.DisposeAsync().AsTask())).ConfigureAwait(false);
        }

        private async ValueTask<ProbeResult> CheckAsync(bool isLast, CancellationToken cancellationToken)
        {
            var reasons = new List<string>();
            using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(all.Token);
            var tries = parts.Select(part => part.CheckAsync(isLast, part.Run.WaitsForResult ? waiting.Token : all.Token)).ToArray();
            var quick = tries.Where((_, i) => !parts[i].Run.WaitsForResult).ToArray();
            try
            {
                await foreach (var done in Task.WhenEach(tries).ConfigureAwait(false))
                {
                    if (await done.ConfigureAwait(false) is { } reason)
                    {
                        reasons.Add(reason);
                    }
                    else if (!needsAll)
                    {
                        return ProbeResult.Ready;
                    }

                    if (!isLast && reasons.Count > 0 && Array.TrueForAll(quick, each => each.IsCompleted))
                    {
                        // The quick ones are to be tried again.
                        await waiting.CancelAsync().ConfigureAwait(false);
                    }
                }
            }
            finally
            {
                // If one is enough, the slower ones are cancelled and not waited for.
                await all.CancelAsync().ConfigureAwait(false);
            }

            return reasons.Count == 0 ? ProbeResult.Ready : ProbeResult.NotReady(string.Join("; ", reasons));
        }
    }
}
