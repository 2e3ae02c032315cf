using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Security;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Sharing;

/// <summary>Servers that run, and do not answer.</summary>
[Collection(nameof(SharedKit))]
public sealed class HungServerTests : IClassFixture<SharedKit.EndOfRun>
{
    // In place of 10 s. Only those that hang are to be found; a busy machine must not take the others for them.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, string> _mark = SharedKit.Mark();
    private readonly Overheard _log = new();

    [Theory]
    [InlineData("redis")]
    [InlineData("postgres")]
    public async Task Shared_server_that_is_paused_is_replaced_for_the_next_start_and_removed_with_its_last_user(string kind)
    {
        Assert.SkipWhen(kind == "postgres" && !LongRun.IsOn, "Part of the long run (INTEGRATIONKIT_LONG=1).");
        await using var real = await RealEngine.ConnectAsync();
        ServerService Make() => kind == "redis" ? new RedisService { Labels = _mark } : new PostgresService { Labels = _mark };
        var (one, two) = (Make(), Make());
        await using var first = await StartAsync(one, shares: true);
        var hung = one.ContainerId;
        await real.Plain.PauseAsync(hung);

        var begun = TimeProvider.System.GetTimestamp();
        await using var second = await StartAsync(two, shares: true);

        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, Soon);
        Assert.NotEqual(hung, two.ContainerId);
        await second.CheckAllAsync(Kit.Cancellation);
        Assert.Single(_log.With("runs but does not answer. It gets no further users"));
        await first.StopAllAsync(Kit.Cancellation);
        Assert.Null(await Kit.InspectAsync(hung));
    }

    [Fact]
    public async Task Own_server_whose_process_is_stopped_is_told_by_a_check_and_replaced_by_the_next_start()
    {
        await using var real = await RealEngine.ConnectAsync();
        Assert.SkipUnless(real.Api.Endpoint.IsLocal && Environment.UserName == "root", "A process of a container is stopped from outside by root.");
        var redis = new RedisService { Labels = _mark };
        await using var infra = await StartAsync(redis, shares: false);
        var hung = redis.ContainerId;
        await SignalAsync("STOP", await real.Plain.ProcessOfAsync(hung));

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.CheckAllAsync(Kit.Cancellation));

        Assert.Contains("It runs but does not answer: nothing came back to 'login and PING' within 2 s.", error.Message, StringComparison.Ordinal);
        await infra.StopAllAsync(Kit.Cancellation);
        Assert.Null(await Kit.InspectAsync(hung));
        await infra.StartAllAsync(Kit.Cancellation);
        await infra.CheckAllAsync(Kit.Cancellation);
    }

    private static async Task SignalAsync(string signal, int process)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{process}"]);
        await kill.WaitForExitAsync(Kit.Cancellation);
        Assert.Equal(0, kill.ExitCode);
    }

    private async Task<TestInfrastructure> StartAsync(TestService service, bool shares)
    {
        var options = new TestInfrastructureOptions { ShareServers = shares, AnswerTimeout = AnswerTimeout, LoggerFactory = _log };
        return await (await Kit.CreateAsync(options)).Register("redis", service).StartAllAsync(Kit.Cancellation);
    }
}
