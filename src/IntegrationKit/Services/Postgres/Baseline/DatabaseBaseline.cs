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
    private const string TableGone = "IK001";
    private const string OwnDatabase = "[OwnDatabase] on the test with xUnit, CreateDatabaseAsync elsewhere";

    // A transaction of the application may need a table that a reset has locked, and have one that the reset needs. The reset is
    // the one that gives way, since its deadlock_timeout is shorter.
    private static readonly ResiliencePipeline Deadlocks = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        ShouldHandle = new PredicateBuilder().Handle<PostgresException>(e => e.SqlState == PostgresErrorCodes.DeadlockDetected),
        MaxRetryAttempts = 50,
        Delay = TimeSpan.FromMilliseconds(20),
        UseJitter = true,
    }).Build();

    private static readonly string Script = string.Concat(new[] { "track", "reset", "capture" }.Select(ReadScript));

    /// <summary>Makes the current rows and sequence values the baseline.</summary>
    /// <param name="dataSource">The library's own connections.</param>
    /// <param name="tracksWrites">Whether tables get triggers which note that they are written to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IntegrationKitException">A transaction blocks it; the message says which.</exception>
    public static async Task CaptureAsync(NpgsqlDataSource dataSource, bool tracksWrites, CancellationToken cancellationToken)
    {
        // One transaction, since it is one command.
        var command = dataSource.CreateCommand($"SELECT set_config('integrationkit.tracks', '{tracksWrites}', true); {Script}");
        await using (command.ConfigureAwait(false))
        {
            try
            {
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                var blockers = await OpenTransactions.ListAsync(dataSource, cancellationToken).ConfigureAwait(false);
                throw new IntegrationKitException(
                    $"Its tables are locked by an open transaction, so the baseline could not be noted within 5 s. Commit it, roll it back or dispose its connection.{blockers}", e);
            }
        }
    }

    /// <summary>Brings the baseline's rows and sequence values back; tables made since are emptied and stay.</summary>
    /// <exception cref="IntegrationKitException">A transaction blocks it, or the schema was changed; the message says which.</exception>
    /// <param name="dataSource">The library's own connections.</param>
    /// <param name="everything">Whether all tables are restored, not only those that were written to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RestoreAsync(NpgsqlDataSource dataSource, bool everything, CancellationToken cancellationToken)
    {
        try
        {
            await Deadlocks.ExecuteAsync(token => RunAsync(dataSource, everything, token), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            var blockers = await OpenTransactions.ListAsync(dataSource, cancellationToken).ConfigureAwait(false);
            throw new IntegrationKitException(
                $"Its tables are locked by an open transaction, so they could not be reset within 5 s. A test has left one open: commit it, roll it back or dispose its connection.{blockers}", e);
        }
        catch (PostgresException e) when (e.SqlState == TableGone)
        {
            throw new IntegrationKitException(
                $"A reset brings rows back, not the schema: {e.MessageText}. Use a database of its own for a test that drops tables: {OwnDatabase}.", e);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new IntegrationKitException(
                "The schema \"integrationkit\", which holds the baseline, was dropped from the database. A test that drops schemas has to leave it alone.", e);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("42", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            throw new IntegrationKitException(
                $"A reset brings rows back, not the schema, and the baseline's rows no longer fit it: {e.MessageText}", e);
        }
    }

    private static async ValueTask RunAsync(NpgsqlDataSource dataSource, bool everything, CancellationToken cancellationToken)
    {
        var command = dataSource.CreateCommand(everything ? "SELECT integrationkit.reset(true)" : "SELECT integrationkit.reset()");
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static string ReadScript(string name)
    {
        using var stream = typeof(DatabaseBaseline).Assembly.GetManifestResourceStream($"IntegrationKit.Services.Postgres.Baseline.{name}.sql")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
