using Npgsql;

namespace IntegrationKit;

/// <summary>
/// Initialises a database by a delegate that does the same work wherever it has this key: services with equal keys share one
/// initialised template on a shared server. If <see cref="PostgresService.Initialize"/> is a plain delegate, it runs for
/// each service.
/// </summary>
public sealed class DatabaseInitializer
{
    private readonly Func<NpgsqlDataSource, CancellationToken, Task> _work;

    /// <summary>Makes an initialiser of a key and the work that it stands for.</summary>
    /// <param name="key">Change it when the work changes.</param>
    /// <param name="work">Migrations, seed. Its connections are closed when it has ended.</param>
    public DatabaseInitializer(string key, Func<NpgsqlDataSource, CancellationToken, Task> work)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(work);
        (Key, _work) = (key, work);
    }

    /// <summary>What identifies the work.</summary>
    public string Key { get; }

    /// <summary>The initialiser as a delegate, which still carries its key.</summary>
    public static implicit operator Func<NpgsqlDataSource, CancellationToken, Task>(DatabaseInitializer initializer) =>
        (initializer ?? throw new ArgumentNullException(nameof(initializer))).RunAsync;

    /// <summary>Does the work.</summary>
    public Task RunAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken) => _work(dataSource, cancellationToken);

    /// <summary>The key that a delegate carries; null for a plain one.</summary>
    internal static string? KeyOf(Func<NpgsqlDataSource, CancellationToken, Task>? initialize) => (initialize?.Target as DatabaseInitializer)?.Key;
}
