using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Sharing;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>Shared servers freeze for a while, at random moments, under those who use them.</summary>
[Collection(nameof(Alone))]
public sealed class PauseStormTests : IClassFixture<SharedKit.EndOfRun>
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Shared_servers_that_freeze_at_random_moments_go_on_and_leave_nothing()
    {
        var storm = new Storm(quick: 1, full: 20);
        await using var real = await RealEngine.ConnectAsync();
        var mark = SharedKit.Mark();
        for (var i = 0; i < storm.Times; i++)
        {
            var postgres = Postgres(mark);
            await using var user = await SharedKit.StartAsync(postgres, Redis(mark));
            await postgres.DataSource.RunAsync("INSERT INTO item VALUES (1)");
            var servers = await real.Containers.ListAsync([$"test={mark["test"]}"], Kit.Cancellation);
            var frozen = servers[storm.Random.Next(servers.Count)];
            var (before, during) = (storm.Moment(TimeSpan.FromMilliseconds(200)), storm.Moment(LongestPause));

            Task[] work = [user.ResetAllAsync(Kit.Cancellation), .. Enumerable.Range(0, 3).Select(_ => StartAndStopAsync(mark))];
            await Task.Delay(before, TimeProvider.System, Kit.Cancellation);
            // A busy machine cannot always freeze what is at work.
            await Kit.UntilAsync(async () => await Record.ExceptionAsync(() => real.Plain.PauseAsync(frozen.Id)) is null);
            await Task.Delay(during, TimeProvider.System, Kit.Cancellation);
            await real.Plain.UnpauseAsync(frozen.Id);
            await Record.ExceptionAsync(() => Task.WhenAll(work));
            var errors = work.SelectMany(each => each.Exception?.InnerExceptions ?? []).ToArray();

            storm.Report($"{frozen.Image} frozen for {during.TotalMilliseconds:0} ms: {errors.Length} errors");
            Assert.All(errors, each => Assert.IsAssignableFrom<IntegrationKitException>(each));
            await user.ResetAllAsync(Kit.Cancellation);
            Assert.Equal(0, await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM item"));
        }

        await TestInfrastructure.StopSharedServersAsync(Kit.Cancellation);
        await Kit.UntilAsync(async () => (await real.Containers.ListAsync([$"test={mark["test"]}"], Kit.Cancellation)).Count == 0);
    }

    private static PostgresService Postgres(Dictionary<string, string> mark) => new()
    {
        Labels = mark,
        Initialize = new DatabaseInitializer("item", async (source, cancellationToken) =>
        {
            await using var command = source.CreateCommand("CREATE TABLE item (id int)");
            await command.ExecuteNonQueryAsync(cancellationToken);
        }),
    };

    private static RedisService Redis(Dictionary<string, string> mark) => new() { Labels = mark };

    private static async Task StartAndStopAsync(Dictionary<string, string> mark)
    {
        var redis = Redis(mark);
        await using var infra = await SharedKit.StartAsync(Postgres(mark), redis);
        await redis.PingAsync(Kit.Cancellation);
        await infra.ResetAllAsync(Kit.Cancellation);
        await infra.StopAllAsync(Kit.Cancellation);
    }
}
