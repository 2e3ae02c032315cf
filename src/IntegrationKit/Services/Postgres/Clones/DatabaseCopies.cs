using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Makes databases from templates, in the way that is the fastest on this server.</summary>
internal sealed class DatabaseCopies
{
    private const int FirstWithStrategies = 150000;
    private const int FirstWithFileClone = 180000;

    private readonly Lock _gate = new();
    private Task<ServerFacts>? _facts;
    private volatile bool _cannotShareBlocks;

    /// <summary>Makes a database from a template.</summary>
    /// <param name="source">The library's own connections.</param>
    /// <param name="template">The template.</param>
    /// <param name="name">The new database's name.</param>
    /// <param name="strategy">How it is copied; null: by what the server says.</param>
    /// <exception cref="IntegrationKitException">It could not be made; the message says why.</exception>
    public async Task CopyAsync(NpgsqlDataSource source, CloneTemplate template, string name, DatabaseCopyStrategy? strategy)
    {
        var facts = await ReadFactsAsync(source).ConfigureAwait(false);
        ThrowIfUnknown(strategy, facts);
        var chosen = strategy ?? Choose(facts);
        try
        {
            try
            {
                await CreateAsync(source, template, name, chosen, facts).ConfigureAwait(false);
            }
            catch (PostgresException e) when (strategy is null && chosen == DatabaseCopyStrategy.FileClone && MayBeOfFileSystem(e))
            {
                _cannotShareBlocks = true;
                await CreateAsync(source, template, name, Choose(facts), facts).ConfigureAwait(false);
            }

            if (template.HasProperties)
            {
                await OwnSession.ExecuteAsync(source, [DatabaseProperties.Copy(template.Name, name)], CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (PostgresException e) when (CloneFailure.Explains(e))
        {
            throw await CloneFailure.OfAsync(source, template.Name, e).ConfigureAwait(false);
        }
    }

    private static Task CreateAsync(
        NpgsqlDataSource source, CloneTemplate template, string name, DatabaseCopyStrategy strategy, ServerFacts facts)
    {
        var create = $"CREATE DATABASE {PostgresCluster.Quoted(name)} TEMPLATE {PostgresCluster.Quoted(template.Name)}";
        return OwnSession.ExecuteAsync(
            source,
            facts.Version switch
            {
                < FirstWithStrategies => [create],
                >= FirstWithFileClone when strategy != DatabaseCopyStrategy.WalLog =>
                    [$"SET file_copy_method = {(strategy == DatabaseCopyStrategy.FileClone ? "clone" : "copy")}", $"{create} STRATEGY FILE_COPY"],
                _ => [$"{create} STRATEGY {(strategy == DatabaseCopyStrategy.WalLog ? "WAL_LOG" : "FILE_COPY")}"],
            },
            CancellationToken.None);
    }

    private static void ThrowIfUnknown(DatabaseCopyStrategy? strategy, ServerFacts facts)
    {
        var needs = strategy switch
        {
            DatabaseCopyStrategy.WalLog when facts.Version < FirstWithStrategies => 15,
            DatabaseCopyStrategy.FileClone when facts.Version < FirstWithFileClone => 18,
            _ => 0,
        };
        if (needs > 0)
        {
            throw new IntegrationKitException(
                $"CopyStrategy is {strategy}, which PostgreSQL knows from version {needs} on, and this server has version {facts.Version / 10000}. Leave it null for one that the server knows.");
        }
    }

    // An error of the system that PostgreSQL has no code for, or one of input and output.
    private static bool MayBeOfFileSystem(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.InternalError or PostgresErrorCodes.IoError or PostgresErrorCodes.FeatureNotSupported;

    private DatabaseCopyStrategy Choose(ServerFacts facts) => facts switch
    {
        { SyncsFiles: true, Version: >= FirstWithStrategies } => DatabaseCopyStrategy.WalLog,
        { Version: >= FirstWithFileClone } when !_cannotShareBlocks => DatabaseCopyStrategy.FileClone,
        _ => DatabaseCopyStrategy.FileCopy,
    };

    private Task<ServerFacts> ReadFactsAsync(NpgsqlDataSource source)
    {
        lock (_gate)
        {
            return _facts is { IsFaulted: false, IsCanceled: false } ? _facts : _facts = ReadAsync();
        }

        async Task<ServerFacts> ReadAsync()
        {
            var command = source.CreateCommand("SELECT current_setting('server_version_num')::int + CASE current_setting('fsync') WHEN 'on' THEN 0.5 ELSE 0 END");
            await using (command.ConfigureAwait(false))
            {
                var answer = (decimal)(await command.ExecuteScalarAsync().ConfigureAwait(false))!;
                return new((int)answer, answer % 1 > 0);
            }
        }
    }

    private sealed record ServerFacts(int Version, bool SyncsFiles);
}
