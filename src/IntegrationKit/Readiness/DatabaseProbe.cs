using System.Data.Common;

namespace IntegrationKit.Readiness;

internal sealed class DatabaseProbe(Func<IProbeTarget, DbDataSource> dataSource, string query) : Probe
{
    public override string ToString() => $"login and {query}";

    internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider) => new Run(dataSource(target), query);

    private sealed class Run(DbDataSource source, string query) : ProbeRun
    {
        public override async ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken)
        {
            try
            {
                var command = source.CreateCommand(query);
                await using (command.ConfigureAwait(false))
                {
                    await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
                }

                return ProbeResult.Ready;
            }
            catch (DbException e)
            {
                return ProbeResult.NotReady(e.InnerException is { } inner ? $"{e.Message}: {inner.Message}" : e.Message);
            }
        }

        public override ValueTask DisposeAsync() => source.DisposeAsync();
    }
}
