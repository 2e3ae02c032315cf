using System.Globalization;

namespace Scenarios.Mocks;

/// <summary>Never ends. Its culture writes numbers with a decimal comma and times with points.</summary>
public sealed class HangingSeed : MockFixture
{
    public HangingSeed()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.DateTimeFormat.TimeSeparator = ".";
        CultureInfo.CurrentCulture = culture;
    }

    protected override TestInfrastructureOptions Options => new() { StartTimeout = TimeSpan.FromMilliseconds(500) };

    protected override Task SeedAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task;
}

public sealed class HangingSeedTests(HangingSeed infra) : IntegrationTest<HangingSeed>(infra)
{
    [Fact]
    public void Fails() => Assert.Fail("Reached");
}

/// <summary>Blocks its thread, so that it cannot be cancelled.</summary>
public sealed class BlockingSeed : MockFixture
{
    protected override TestInfrastructureOptions Options => new() { StartTimeout = TimeSpan.FromMilliseconds(500) };

    protected override Task SeedAsync(CancellationToken cancellationToken)
    {
        BlockedThread.Block();
        return Task.CompletedTask;
    }
}

public sealed class BlockingSeedTests(BlockingSeed infra) : IntegrationTest<BlockingSeed>(infra)
{
    [Fact]
    public void Fails() => Assert.Fail("Reached");
}

public sealed class BlockingConfigure : MockFixture
{
    protected override TestInfrastructureOptions Options => new() { StartTimeout = TimeSpan.FromMilliseconds(500) };

    protected override void Configure(TestInfrastructure infra) => BlockedThread.Block();
}

public sealed class BlockingConfigureTests(BlockingConfigure infra) : IntegrationTest<BlockingConfigure>(infra)
{
    [Fact]
    public void Fails() => Assert.Fail("Reached");
}

/// <summary>Blocks the thread that reads its log.</summary>
public sealed class BlockingLogService : TestService
{
    protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) => Task.FromResult<ServiceRun>(new Started());

    private sealed class Started : ServiceRun
    {
        public override IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken)
        {
            BlockedThread.Block();
            return base.ReadLogAsync(query, cancellationToken);
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

public sealed class BlockingLogFixture : InfrastructureFixture
{
    protected override void Configure(TestInfrastructure infra) => infra.Register("blocks", new BlockingLogService());
}

public sealed class BlockingLogTests(BlockingLogFixture infra) : IntegrationTest<BlockingLogFixture>(infra)
{
    [Fact]
    public void Fails() => Assert.Fail("On purpose.");
}

public static class BlockedThread
{
    public static void Block()
    {
        using var never = new ManualResetEventSlim();
        never.Wait(TimeSpan.FromSeconds(20));
    }
}
