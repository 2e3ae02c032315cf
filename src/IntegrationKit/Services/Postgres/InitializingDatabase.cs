namespace IntegrationKit.Services.Postgres;

/// <summary>
/// The database that a service's Initialize works on, from its call to its end. To the code that it calls, the service's
/// addresses are those of this database; to everybody else the service is still starting.
/// </summary>
internal sealed class InitializingDatabase : IDisposable
{
    private static readonly AsyncLocal<InitializingDatabase?> Current = new();

    private readonly PostgresService _service;
    private readonly PostgresDatabase _database;
    private volatile bool _isOver;

    public InitializingDatabase(PostgresService service, PostgresDatabase database)
    {
        (_service, _database) = (service, database);
        Current.Value = this;
    }

    /// <summary>The database that the caller initialises for this service; null if it does not.</summary>
    public static PostgresDatabase? Of(PostgresService service) =>
        Current.Value is { _isOver: false } current && ReferenceEquals(current._service, service) ? current._database : null;

    public void Dispose() => _isOver = true;
}
