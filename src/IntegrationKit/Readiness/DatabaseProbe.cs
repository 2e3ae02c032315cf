using System.Data.Common;

namespace IntegrationKit.Readiness;

internal sealed class DatabaseProbe(Func<IProbeTarget, DbDataSource> dataSource, string query) : Probe
{
    internal override Probe? Question => this;

    public override string ToString() => $"login and {query}";

    internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider)
    {
        var source = new Source(() => dataSource(target), query);
        return new BoundedRun(source.CheckAsync, timeProvider, source);
    }

    private sealed class Source(Func<DbDataSource> make, string query) : IAsyncDisposable
    {
        private readonly Lazy<DbDataSource> _source = new(make);

        public async ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken)
        {
            var source = Open();
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

        public ValueTask DisposeAsync() => _source.IsValueCreated ? _source.Value.DisposeAsync() : ValueTask.CompletedTask;

        private DbDataSource Open()
        {
            try
            {
                return _source.Value;
            }
            catch (Exception e)
            {
                throw new UnusableProbeException(e);
            }
        }
    }
}
