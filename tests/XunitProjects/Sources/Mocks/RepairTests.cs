namespace Scenarios.Mocks;

public sealed class StoppedServiceTests(MockFixture infra) : IntegrationTest<MockFixture>(infra)
{
    private static readonly Steps Step = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Is_restarted_for_the_next_test(int row)
    {
        Assert.InRange(row, 1, 2);
        Assert.Equal(200, await Infra.AskAsync("/seeded"));
        if (Step.Next() == 1)
        {
            await Infra.Infrastructure.StopAllAsync(Cancellation);
        }
    }
}

/// <summary>A service whose first reset does what its creator says.</summary>
public sealed class ResettableService(Func<CancellationToken, Task> firstReset) : TestService
{
    private readonly Steps _steps = new();

    protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) =>
        Task.FromResult<ServiceRun>(new Started(() => _steps.Next() == 1 ? firstReset : _ => Task.CompletedTask));

    private sealed class Started(Func<Func<CancellationToken, Task>> nextReset) : ServiceRun
    {
        public override Task ResetAsync(CancellationToken cancellationToken) => nextReset()(cancellationToken);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

public sealed class FailingResetFixture : MockFixture
{
    protected override void Configure(TestInfrastructure infra)
    {
        base.Configure(infra);
        infra.Register("fails", new ResettableService(_ => throw new NotSupportedException("Locked.")));
    }
}

public sealed class FailingResetTests(FailingResetFixture infra) : IntegrationTest<FailingResetFixture>(infra)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Is_restarted_for_the_test(int row)
    {
        Assert.InRange(row, 1, 2);
        Assert.Equal(200, await Infra.AskAsync("/seeded"));
    }
}

public sealed class HangingResetFixture : MockFixture
{
    protected override TestInfrastructureOptions Options => new() { ResetTimeout = TimeSpan.FromSeconds(1) };

    protected override void Configure(TestInfrastructure infra)
    {
        base.Configure(infra);
        infra.Register("hangs", new ResettableService(_ => new TaskCompletionSource().Task));
    }
}

public sealed class HangingResetTests(HangingResetFixture infra) : IntegrationTest<HangingResetFixture>(infra)
{
    [Fact]
    public async Task Is_restarted_for_the_test() => Assert.Equal(200, await Infra.AskAsync("/seeded"));
}

public sealed class SlowResetFixture : MockFixture
{
    protected override void Configure(TestInfrastructure infra)
    {
        base.Configure(infra);
        infra.Register("slow", new ResettableService(token => Task.Delay(TimeSpan.FromMilliseconds(1200), TimeProvider.System, token)));
    }
}

/// <summary>In v3 the time-out counts from the constructor on, so the first test times out in its reset; in v2 it does not.</summary>
public sealed class TimeoutDuringResetTests(SlowResetFixture infra) : IntegrationTest<SlowResetFixture>(infra)
{
    [Theory(Timeout = 1000)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Does_not_harm_the_next_test(int row)
    {
        Assert.InRange(row, 1, 2);
        Assert.Equal(200, await Infra.AskAsync("/seeded"));
    }
}
