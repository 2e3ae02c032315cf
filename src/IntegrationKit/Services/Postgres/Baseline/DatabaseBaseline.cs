using System.Text;
using Npgsql;
using Polly;
using Polly.Retry;

namespace IntegrationKit.Services.Postgres;

/// <summary>
/// Notes the rows of a PostgreSQL database and brings them back. What it needs is in the database itself, in the
/// schema <c>integrationkit</c>, so that a reset is one round trip and a clone of the database can be reset too.
/// </summary>
internal static class DatabaseBaseline
{
    // What the scripts raise.
    private const string Gone = "IK001";
    private const string EmptiesHistory = "IK002";

    private const string Remedy =
        "Undo it in the test that has changed the schema, or give it a database of its own ([OwnDatabase] with xUnit, CreateDatabaseAsync elsewhere); or call CaptureBaselineAsync, so that the schema and the rows as they are become the baseline.";

    // A transaction of the application may need a table that a reset has locked, and have one that the reset needs. The reset is
    // the one that gives way: its deadlock_timeout is shorter, and where the other one was the last to wait, its lock_timeout is
    // shorter than the other's deadlock_timeout. It tries for about 5 s.
    private static readonly RetryStrategyOptions Locks = new()
    {
        ShouldHandle = new PredicateBuilder().Handle<PostgresException>(e => e.SqlState == PostgresErrorCodes.LockNotAvailable),
        MaxRetryAttempts = 9,
        Delay = TimeSpan.Zero,
    };

    private static readonly RetryStrategyOptions Deadlocks = new()
    {
        ShouldHandle = new PredicateBuilder().Handle<PostgresException>(e => e.SqlState == PostgresErrorCodes.DeadlockDetected),
        MaxRetryAttempts = 50,
        Delay = TimeSpan.FromMilliseconds(20),
        UseJitter = true,
    };

    // A table that was waited for may have been dropped meanwhile, which the server tells by several errors, some of them internal ones.
    private static readonly RetryStrategyOptions Drops = new()
    {
        ShouldHandle = new PredicateBuilder().Handle<PostgresException>(e => e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InternalError),
        MaxRetryAttempts = 3,
        Delay = TimeSpan.Zero,
    };

    private static readonly ResiliencePipeline Retries = new ResiliencePipelineBuilder().AddRetry(Drops).AddRetry(Locks).AddRetry(Deadlocks).Build();

    private static readonly string Script = string.Concat(new[] { "track", "schema", "changed", "reset", "leftovers", "capture" }.Select(ReadScript));

    /// <summary>Whether something was written since the baseline was captured; true if there is none.</summary>
    public static async Task<bool> HasChangedAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        try
        {
            var command = dataSource.CreateCommand("SELECT integrationkit.has_changed()");
            await using (command.ConfigureAwait(false))
            {
                return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            }
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName)
        {
            // The database was dropped and made again.
            return true;
        }
    }

    /// <summary>Makes the current rows and sequence values the baseline.</summary>
    /// <param name="dataSource">The library's own connections.</param>
    /// <param name="tracksWrites">Whether tables get triggers which note that they are written to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IntegrationKitException">A transaction blocks it; the message says which.</exception>
    public static async Task CaptureAsync(NpgsqlDataSource dataSource, bool tracksWrites, CancellationToken cancellationToken)
    {
        try
        {
            // One transaction, since it is one command.
            var sql = $"SELECT set_config('integrationkit.tracks', '{tracksWrites}', true); {Script}";
            await Retries.ExecuteAsync(async token => await RunAsync(dataSource, sql, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            var blockers = await OpenTransactions.ListAsync(dataSource, cancellationToken).ConfigureAwait(false);
            throw new IntegrationKitException(
                $"Its tables are locked by an open transaction, so the baseline could not be noted within 5 s. Commit it, roll it back or dispose its connection.{blockers}", e);
        }
    }

    /// <summary>Brings the baseline's rows and sequence values back; tables made since are emptied and stay.</summary>
    /// <exception cref="IntegrationKitException">A transaction blocks it, or the schema was changed; the message says which.</exception>
    /// <param name="dataSource">The library's own connections.</param>
    /// <param name="everything">Whether all tables are restored, not only those that were written to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The tables that were emptied although a tool keeps track in them of what it has done to the database.</returns>
    public static async Task<IReadOnlyList<string>> RestoreAsync(NpgsqlDataSource dataSource, bool everything, CancellationToken cancellationToken)
    {
        try
        {
            return await Retries.ExecuteAsync(
                token =>
                {
                    var sql = everything ? "SELECT integrationkit.reset(true)" : "SELECT integrationkit.reset()";

                    // One that was rolled back may have taken back notes of what was written to: they are sequences.
                    everything = true;
                    return RunAsync(dataSource, sql, token);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            var blockers = await OpenTransactions.ListAsync(dataSource, cancellationToken).ConfigureAwait(false);
            throw new IntegrationKitException(
                $"Its tables are locked by an open transaction, so they could not be reset within 5 s. A test has left one open: commit it, roll it back or dispose its connection.{blockers}", e);
        }
        catch (PostgresException e) when (e.SqlState == Gone)
        {
            throw new IntegrationKitException($"A reset brings rows back, not the schema: {e.MessageText}. {Remedy}", e);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new IntegrationKitException(
                "The schema \"integrationkit\", which holds the baseline, was dropped from the database. A test that drops schemas has to leave it alone.", e);
        }
        catch (PostgresException e) when (FailedTable.Find(e) is { } table)
        {
            throw new IntegrationKitException(
                $"The baseline's rows could not be written into table {table}: {e.MessageText.TrimEnd('.')}. A reset brings rows back, not the schema, and they no longer fit it. {Remedy}", e);
        }
    }

    /// <returns>What <see cref="EmptiesHistory"/> has named.</returns>
    private static async ValueTask<IReadOnlyList<string>> RunAsync(NpgsqlDataSource dataSource, string sql, CancellationToken cancellationToken)
    {
        List<string> history = [];
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            connection.Notice += (_, args) =>
            {
                if (args.Notice.SqlState == EmptiesHistory)
                {
                    history.Add(args.Notice.MessageText);
                }
            };
            var command = new NpgsqlCommand(sql, connection);
            await using (command.ConfigureAwait(false))
            {
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return history;
    }

    private static string ReadScript(string name)
    {
        using var stream = typeof(DatabaseBaseline).Assembly.GetManifestResourceStream($"IntegrationKit.Services.Postgres.Baseline.{name}.sql")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
