using System.Collections.Concurrent;
using IntegrationKit.EngineTests.Support;
using Npgsql;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Sharing;

/// <summary>A thread that reads addresses while their service stops and starts: it gets those of the slice, or an error.</summary>
[Collection(nameof(SharedKit))]
public sealed class StragglerTests : IClassFixture<SharedKit.EndOfRun>
{
    private const int Restarts = 10;

    private readonly ConcurrentBag<Exception> _errors = [];
    private int _reads;

    [Fact]
    public async Task Reads_during_stops_and_starts_never_lead_out_of_the_slice()
    {
        var mark = SharedKit.Mark();
        var postgres = new PostgresService { Database = "straggler", Labels = mark };
        var redis = new RedisService { Labels = mark };
        await using var infra = await SharedKit.StartAsync(postgres, redis);
        using var end = new CancellationTokenSource();
        Thread[] stragglers =
        [
            Straggle(() => AssertOwn(new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Database), end.Token),
            Straggle(() => AssertOwn(new NpgsqlConnectionStringBuilder(postgres.DataSource.ConnectionString).Database), end.Token),
            Straggle(() => AssertOwn(postgres.DatabaseName), end.Token),
            Straggle(() => Assert.InRange(ConfigurationOptions.Parse(redis.ConnectionString).DefaultDatabase ?? 0, 1, int.MaxValue), end.Token),
        ];

        try
        {
            for (var i = 0; i < Restarts; i++)
            {
                await infra.StopAllAsync(Kit.Cancellation);
                await infra.StartAllAsync(Kit.Cancellation);

                // Nothing that a straggler was given stays.
                Assert.Equal(postgres.DatabaseName, await postgres.DataSource.ReadAsync<string>("SELECT current_database()::text"));
                await infra.ResetAllAsync(Kit.Cancellation);
            }
        }
        finally
        {
            await end.CancelAsync();
            Array.ForEach(stragglers, each => each.Join());
        }

        Assert.Empty(_errors);
        Assert.True(_reads > Restarts, $"{_reads} reads");
        TestContext.Current.TestOutputHelper?.WriteLine($"{_reads} reads");
    }

    private static void AssertOwn(string? database) => Assert.StartsWith("straggler_", database, StringComparison.Ordinal);

    private Thread Straggle(Action read, CancellationToken end)
    {
        var thread = new Thread(Loop) { IsBackground = true };
        thread.Start();
        return thread;

        void Loop()
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    read();
                    Interlocked.Increment(ref _reads);
                }
                catch (InvalidOperationException)
                {
                    // It is stopping, stopped or starting.
                }
                catch (Exception e)
                {
                    _errors.Add(e);
                }

                Thread.Yield();
            }
        }
    }
}
