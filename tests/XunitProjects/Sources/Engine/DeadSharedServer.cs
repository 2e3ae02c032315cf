namespace Scenarios.Engine;

/// <summary>A server of settings that no other scenario has, shared by two fixtures.</summary>
public sealed class SharedCacheFixture : InfrastructureFixture
{
    public RedisService Redis { get; } = new() { Password = "of the dead" };

    protected override void Configure(TestInfrastructure infra) => infra.Register("redis", Redis);
}

/// <summary>Kills the server between two tests of the other class, on which both go on.</summary>
public sealed class KillingTests(SharedCacheFixture infra) : IntegrationTest<SharedCacheFixture>(infra)
{
    private static readonly Steps Step = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Go_on_after_the_death_of_a_shared_server(int row)
    {
        Assert.InRange(row, 1, 2);
        await Infra.Redis.PingAsync(Cancellation);
        if (Step.Next() == 1)
        {
            Assert.Equal(Infra.Redis.ContainerId, await VictimTests.HasPinged.Task.WaitAsync(Cancellation));
            using var kill = System.Diagnostics.Process.Start("docker", ["kill", Infra.Redis.ContainerId]);
            await kill.WaitForExitAsync(Cancellation);
            VictimTests.IsKilled.SetResult();
        }
    }
}

public sealed class VictimTests : IntegrationTest<SharedCacheFixture>
{
    private static readonly Steps Construction = new();
    private static readonly Steps Step = new();

    public VictimTests(SharedCacheFixture infra)
        : base(infra)
    {
        if (Construction.Next() == 2)
        {
            IsKilled.Task.Wait(TimeSpan.FromSeconds(30));
        }
    }

    internal static TaskCompletionSource<string> HasPinged { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal static TaskCompletionSource IsKilled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Go_on_after_the_death_of_a_shared_server(int row)
    {
        Assert.InRange(row, 1, 2);
        await Infra.Redis.PingAsync(Cancellation);
        if (Step.Next() == 1)
        {
            HasPinged.SetResult(Infra.Redis.ContainerId);
        }
    }
}
