namespace Scenarios.Traps;

public sealed class FailingFixture : Lifetime
{
    protected override Task BeginAsync() => throw new NotSupportedException("Not made.");
}

public sealed class FailingFixtureTests(FailingFixture fixture) : IClassFixture<FailingFixture>
{
    [Fact]
    public void Fails() => Assert.Null(fixture);
}

public sealed class FailingTests : Lifetime
{
    protected override Task BeginAsync() => throw new NotSupportedException("Not made.");

    [Fact]
    public void Fails() => Assert.Fail("Reached");
}

public sealed class SkippingFixture : Lifetime
{
    protected override Task BeginAsync() => throw new NotSupportedException("$XunitDynamicSkip$No engine.");
}

public sealed class SkippingFixtureTests(SkippingFixture fixture) : IClassFixture<SkippingFixture>
{
    [Fact]
    public void Fails() => Assert.Null(fixture);
}

public sealed class FixtureA : Lifetime
{
    protected override Task BeginAsync()
    {
        Journal.Note($"{Name} made");
        return Task.CompletedTask;
    }
}

public sealed class FixtureB : Lifetime
{
    protected override Task BeginAsync()
    {
        Journal.Note($"{Name} made");
        return Task.CompletedTask;
    }
}

public sealed class TwoFixturesTests(FixtureA a, FixtureB b) : IClassFixture<FixtureA>, IClassFixture<FixtureB>
{
    [Fact]
    public void Passes()
    {
        Assert.NotNull(a);
        Assert.NotNull(b);
    }
}

/// <summary>Lets the timed-out test go on once the fixture itself is disposed.</summary>
public sealed class LateFixture : Lifetime, IDisposable
{
    public TaskCompletionSource GoOn { get; } = new();

    public void Dispose() => GoOn.TrySetResult();

    protected override Task BeginAsync() => Task.CompletedTask;
}

public sealed class LateTests(LateFixture fixture) : Lifetime, IClassFixture<LateFixture>
{
    protected override Task BeginAsync() => Task.CompletedTask;

    [Fact(Timeout = 100)]
    public async Task Times_out() => await Task.WhenAny(fixture.GoOn.Task, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
}

/// <summary>Keeps the run alive until the late test has ended.</summary>
public sealed class SlowTests
{
    [Fact]
    public async Task Waits() => await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System);
}
