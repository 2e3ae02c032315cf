using IntegrationKit.Data;
using IntegrationKit.Launching;
using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Brings a database from empty to its baseline.</summary>
/// <param name="Scripts">Full paths, in order.</param>
/// <param name="Initialize">What runs after them, or null.</param>
internal sealed record DatabaseSetup(IReadOnlyList<string> Scripts, Func<NpgsqlDataSource, CancellationToken, Task>? Initialize)
{
    public async Task RunAsync(RunningContainer container, PostgresLogin login, string database, StartEvidence evidence, CancellationToken cancellationToken)
    {
        if (Scripts.Count > 0)
        {
            evidence.WaitingFor = "the init scripts";
            await new ScriptRunner(container, login, database).RunAsync(Scripts, cancellationToken).ConfigureAwait(false);
        }

        // Its connections end with it: a database that is connected to can be no template.
        var source = NpgsqlDataSource.Create(login.ConnectionStringTo(container.Endpoint(PostgresService.ContainerPort), database, "IntegrationKit"));
        await using (source.ConfigureAwait(false))
        {
            if (Initialize is not null)
            {
                evidence.WaitingFor = "Initialize";
                await Initialize(source, cancellationToken).ConfigureAwait(false);
            }

            evidence.WaitingFor = "the note of the baseline";
            await DatabaseBaseline.CaptureAsync(source, cancellationToken).ConfigureAwait(false);
        }
    }
}
