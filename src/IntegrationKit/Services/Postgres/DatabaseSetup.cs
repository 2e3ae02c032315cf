using Microsoft.Extensions.Logging;
using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Brings a database from empty to its baseline.</summary>
/// <param name="Service">The service whose settings these are.</param>
/// <param name="Scripts">Full paths, in order.</param>
/// <param name="Initialize">What runs after them, or null.</param>
internal sealed record DatabaseSetup(PostgresService Service, IReadOnlyList<string> Scripts, Func<NpgsqlDataSource, CancellationToken, Task>? Initialize)
{
    /// <summary>Runs it.</summary>
    /// <exception cref="ScriptException">A script failed.</exception>
    /// <exception cref="NotShareableException">It made what belongs to the whole server, which is shared.</exception>
    public async Task RunAsync(PostgresCluster cluster, string database, StartContext start, CancellationToken cancellationToken)
    {
        // Its connections are closed after it: a database with open connections cannot be a template.
        var target = new PostgresDatabase(cluster, start.ServiceName, database, Service.TracksWrites);
        await using (target.ConfigureAwait(false))
        {
            if (!cluster.Server.IsShared)
            {
                await RunAsync(cluster, target, start, cancellationToken).ConfigureAwait(false);
            }
            else if (Scripts.Count > 0 || Initialize is not null)
            {
                using var watch = await cluster.Watch.BeginAsync(database, cancellationToken).ConfigureAwait(false);
                await RunAsync(cluster, target, start, cancellationToken).ConfigureAwait(false);
                if (await watch.FindRefusedAsync(this, cancellationToken).ConfigureAwait(false) is { Count: > 0 } refused)
                {
                    await target.RollBackPreparedAsync(cancellationToken).ConfigureAwait(false);
                    throw new NotShareableException(refused, await target.IsEmptyAsync(cancellationToken).ConfigureAwait(false));
                }
            }

            start.WaitsFor("the baseline to be noted");
            await target.CaptureBaselineAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether it may have made something: a file of its scripts mentions it, or nobody can read what it does and no other set-up ran.</summary>
    public bool MayHaveMade(string name, bool wasAlone) =>
        ScriptBundle.Of(Scripts).Files.Values.Any(each => !IsCompressed(each) && File.ReadAllText(each).Contains(name, StringComparison.OrdinalIgnoreCase)) ||
        (wasAlone && (Initialize is not null || Scripts.Any(IsCompressed)));

    private static bool IsCompressed(string script) => script.EndsWith(".gz", StringComparison.Ordinal);

    private async Task RunAsync(PostgresCluster cluster, PostgresDatabase target, StartContext start, CancellationToken cancellationToken)
    {
        if (Scripts.Count > 0)
        {
            start.WaitsFor("the init scripts");
            await new ScriptRunner(cluster.Server, cluster.Login, target.Name).RunAsync(Scripts, cancellationToken).ConfigureAwait(false);
        }

        if (Initialize is not null)
        {
            using var initializing = new InitializingDatabase(Service, target);
            await start.RunAsync("Initialize", token => Initialize(target.DataSource, token), cancellationToken).ConfigureAwait(false);
        }
    }
}
