#if XUNIT_V3
[assembly: AssemblyFixture(typeof(Scenarios.Mocks.AssemblyMocks))]
[assembly: AssemblyFixture(typeof(Scenarios.Mocks.KeptMocks))]
#else
[assembly: IntegrationKit.AssemblyFixture(typeof(Scenarios.Mocks.AssemblyMocks))]
[assembly: IntegrationKit.AssemblyFixture(typeof(Scenarios.Mocks.KeptMocks))]
#endif

namespace Scenarios.Mocks;

/// <summary>A fixture that sees how many tests use it at once.</summary>
public abstract class CountingMocks : MockFixture
{
    private readonly Lock _gate = new();
    private int _inside;

    public int MostAtOnce { get; private set; }

    public async Task UseAsync(CancellationToken cancellationToken)
    {
        var inside = Interlocked.Increment(ref _inside);
        lock (_gate)
        {
            MostAtOnce = Math.Max(MostAtOnce, inside);
        }

        Assert.Equal(1, Payments.StubCount);
        Payments.When("GET", "/used").Respond(200);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        Interlocked.Decrement(ref _inside);
        Assert.Equal(1, MostAtOnce);
    }
}

public sealed class AssemblyMocks : CountingMocks;

public sealed class CollectionMocks(AssemblyMocks above) : CountingMocks
{
    public AssemblyMocks Above => above;
}

[CollectionDefinition("mocks")]
public sealed class SharedMocks : ICollectionFixture<CollectionMocks>;

public abstract class UsesAssemblyMocks(AssemblyMocks infra) : SharedIntegrationTest<AssemblyMocks>(infra)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Use_it_one_at_a_time(int row)
    {
        Assert.InRange(row, 1, 2);
        await Infra.UseAsync(Cancellation);
    }
}

public sealed class FirstAssemblyFixtureTests(AssemblyMocks infra) : UsesAssemblyMocks(infra);

public sealed class SecondAssemblyFixtureTests(AssemblyMocks infra) : UsesAssemblyMocks(infra);

[Collection("mocks")]
public sealed class FirstCollectionFixtureTests(CollectionMocks infra) : SharedIntegrationTest<CollectionMocks>(infra)
{
    [Fact]
    public async Task Uses_it_alone()
    {
        Assert.NotNull(Infra.Above.Payments);
        await Infra.UseAsync(Cancellation);
    }
}

[Collection("mocks")]
public sealed class SecondCollectionFixtureTests(CollectionMocks infra) : SharedIntegrationTest<CollectionMocks>(infra)
{
    [Fact]
    public Task Uses_it_alone() => Infra.UseAsync(Cancellation);
}

/// <summary>The fixture is the assembly's.</summary>
public sealed class BothLevelsOfAssemblyTests(AssemblyMocks infra) : IntegrationTest<AssemblyMocks>(infra)
{
    [Fact]
    public void Fails() => Assert.Fail("Reached");
}

public sealed class KeptMocks : MockFixture;

/// <summary>Without a reset there is nothing to wait for: both classes are inside a test at one moment.</summary>
[KeepState]
public abstract class UsesKeptMocks(KeptMocks infra) : SharedIntegrationTest<KeptMocks>(infra)
{
    private static readonly TaskCompletionSource BothInside = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static readonly Steps Step = new();

    [Fact]
    public async Task Share_it_at_the_same_time()
    {
        if (Step.Next() == 2)
        {
            BothInside.SetResult();
        }

        await BothInside.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation);
        Assert.Equal(200, await Infra.AskAsync("/seeded"));
    }
}

public sealed class FirstKeptTests(KeptMocks infra) : UsesKeptMocks(infra);

public sealed class SecondKeptTests(KeptMocks infra) : UsesKeptMocks(infra);
