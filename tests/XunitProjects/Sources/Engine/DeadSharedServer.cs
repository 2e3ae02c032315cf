namespace Scenarios.Engine;

/// <summary>Has settings that no other scenario has, so that only its two fixtures share the server.</summary>
public sealed class SharedCacheFixture : InfrastructureFixture
{
    public RedisService Redis { get; } = new() { Password = "of the server that dies" };

    protected override void Configure(TestInfrastructure infra) => infra.Register("redis", Redis);
}

/// <summary>Kills the server between two tests of the other class. Both classes then go on.</summary>
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
            Assert.Equal(Infra.Redis.ContainerId, await AffectedTests.HasPinged.Task.WaitAsync(Cancellation));
            using var kill = System.Diagnostics.Process.Start("docker", ["kill", Infra.Redis.ContainerId]);
            await kill.WaitForExitAsync(Cancellation);
            AffectedTests.IsKilled.SetResult();
        }
    }
}

public sealed class AffectedTests : IntegrationTest<SharedCacheFixture>
{
    private static readonly Steps Construction = new();
    private static readonly Steps Step = new();

    public AffectedTests(SharedCacheFixture infra)
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
