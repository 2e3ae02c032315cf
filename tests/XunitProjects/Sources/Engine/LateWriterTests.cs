using Npgsql;

namespace Scenarios.Engine;

/// <summary>The first test times out and goes on writing rows, ignoring its cancellation; the next one has a slice of its own.</summary>
public sealed class LateWriterTests(DatabaseFixture infra) : IntegrationTest<DatabaseFixture>(infra)
{
    private static readonly Steps Step = new();
    private static readonly TaskCompletionSource<Exception> WhatEndedIt = new();
    private static string? _database;

    [Theory(Timeout = 4_000)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Is_cut_off_from_its_database(int row)
    {
        Assert.InRange(row, 1, 2);
        if (Step.Next() == 1)
        {
            _database = Infra.Postgres.DatabaseName;
            await WriteOnAsync(Infra.Postgres.DataSource);
        }

        Assert.NotEqual(_database, Infra.Postgres.DatabaseName);
        Assert.Equal(1, await Infra.CountAsync(Cancellation));
        Assert.IsAssignableFrom<Exception>(await WhatEndedIt.Task);
        Assert.Equal(1, await Infra.CountAsync(Cancellation));
    }

    private static async Task WriteOnAsync(NpgsqlDataSource database)
    {
        try
        {
            while (true)
            {
                await using var command = database.CreateCommand("insert into items values ('late')");
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            WhatEndedIt.SetResult(e);
            throw;
        }
    }
}
