using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Brings a database from empty to its baseline.</summary>
/// <param name="Scripts">Full paths, in order.</param>
/// <param name="Initialize">What runs after them, or null.</param>
internal sealed record DatabaseSetup(IReadOnlyList<string> Scripts, Func<NpgsqlDataSource, CancellationToken, Task>? Initialize)
{
    public async Task RunAsync(PostgresCluster cluster, string database, StartContext start, CancellationToken cancellationToken)
    {
        if (Scripts.Count > 0)
        {
            start.WaitsFor("the init scripts");
            await new ScriptRunner(cluster.Server, cluster.Login, database).RunAsync(Scripts, cancellationToken).ConfigureAwait(false);
        }

        // Its connections are closed after it: a database with open connections cannot be a template.
        var source = NpgsqlDataSource.Create(cluster.Login.ConnectionStringTo(cluster.Endpoint, database, "IntegrationKit"));
        await using (source.ConfigureAwait(false))
        {
            if (Initialize is not null)
            {
                await start.RunAsync("Initialize", token => Initialize(source, token), cancellationToken).ConfigureAwait(false);
            }

        }

        start.WaitsFor("the baseline to be noted");
        var own = NpgsqlDataSource.Create(cluster.Login.OwnConnectionString(cluster.Endpoint, database));
        await using (own.ConfigureAwait(false))
        {
            await DatabaseBaseline.CaptureAsync(own, cancellationToken).ConfigureAwait(false);
        }
    }
}
