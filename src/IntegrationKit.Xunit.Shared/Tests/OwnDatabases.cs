using System.Text;

namespace IntegrationKit.Adapter;

/// <summary>The databases of a test with <see cref="OwnDatabaseAttribute"/>, which stand in for those of its fixture.</summary>
internal sealed class OwnDatabases
{
    private static readonly TimeSpan KeepLimit = TimeSpan.FromSeconds(30);

    private readonly List<(PostgresService Service, PostgresTestDatabase Database, IDisposable StandIn)> _databases = [];

    /// <summary>Takes one for each PostgreSQL of the fixture.</summary>
    /// <exception cref="InvalidOperationException">The fixture has none.</exception>
    public static async Task<OwnDatabases> TakeAsync(FixtureLifecycle fixture, CancellationToken cancellationToken)
    {
        PostgresService[] services = [.. fixture.Infrastructure!.Services.OfType<PostgresService>()];
        if (services.Length == 0)
        {
            throw new InvalidOperationException($"[OwnDatabase] asks for a database, and {fixture.Fixture.Name} registers no PostgresService.");
        }

        var own = new OwnDatabases();
        try
        {
            foreach (var service in services)
            {
                var database = await service.CreateDatabaseAsync(cancellationToken).ConfigureAwait(false);
                own._databases.Add((service, database, service.UseDatabase(database)));
            }

            return own;
        }
        catch
        {
            await own.EndAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Keeps those of services that ask for it, and returns how to look into them; empty if none does.</summary>
    public async Task<string> KeepAsync(TimeProvider time)
    {
        var text = new StringBuilder();
        using var limit = new CancellationTokenSource(KeepLimit, time);
        foreach (var (_, database, _) in _databases.Where(each => each.Service.KeepDatabaseOfFailedTest))
        {
            try
            {
                text.AppendLine(await database.KeepAsync(limit.Token).ConfigureAwait(false));
            }
            catch (Exception e)
            {
                text.AppendLine(e.Message);
            }
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>From here on the services lead to the fixture's databases again.</summary>
    public async Task EndAsync()
    {
        foreach (var (_, _, standIn) in _databases)
        {
            standIn.Dispose();
        }

        foreach (var (_, database, _) in _databases)
        {
            await database.DisposeAsync().ConfigureAwait(false);
        }
    }
}
