namespace IntegrationKit.Readiness;

internal sealed class CommandProbe(IReadOnlyList<string> command) : Probe
{
    public override string ToString() => $"command {string.Join(' ', command)}";

    internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider) => new BoundedRun(
        async cancellationToken =>
        {
            var result = await target.ExecAsync(command, cancellationToken).ConfigureAwait(false);
            if (result.ExitCode == 0)
            {
                return ProbeResult.Ready;
            }

            var said = (result.Error.Length > 0 ? result.Error : result.Output).Trim();
            return ProbeResult.NotReady(FormattableString.Invariant($"exit code {result.ExitCode}{(said.Length > 0 ? ": " + said : "")}"));
        },
        timeProvider);
}
