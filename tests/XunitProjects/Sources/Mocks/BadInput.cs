namespace Scenarios.Mocks;

public sealed class ThrowsInConfigure : InfrastructureFixture
{
    private int _calls;

    protected override void Configure(TestInfrastructure infra) => throw new NotSupportedException($"Boom, call {++_calls}.");
}

public sealed class ThrowingConfigureTests(ThrowsInConfigure infra) : IntegrationTest<ThrowsInConfigure>(infra)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fails(int row) => Assert.Fail($"Reached {row}");
}

public sealed class ThrowsInSeed : MockFixture
{
    private int _calls;

    protected override async Task SeedAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        throw new NotSupportedException($"Boom, call {++_calls}.");
    }
}

public sealed class ThrowingSeedTests(ThrowsInSeed infra) : IntegrationTest<ThrowsInSeed>(infra)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fails(int row) => Assert.Fail($"Reached {row}");
}

public sealed class ReadsTooEarly : InfrastructureFixture
{
    private readonly ExternalServiceMock _payments = new();

    protected override void Configure(TestInfrastructure infra) =>
        infra.Register("payments", _payments).Register(_payments.BaseAddress.Host, new ExternalServiceMock());
}

public sealed class ReadTooEarlyTests(ReadsTooEarly infra) : IntegrationTest<ReadsTooEarly>(infra)
{
    [Fact]
    public void Fails() => Assert.Fail("Reached");
}

public sealed class RegistersTwice : InfrastructureFixture
{
    private readonly ExternalServiceMock _payments = new();

    protected override void Configure(TestInfrastructure infra) => infra.Register("payments", _payments).Register("again", _payments);
}

public sealed class RegisteredTwiceTests(RegistersTwice infra) : IntegrationTest<RegistersTwice>(infra)
{
    [Fact]
    public void Fails() => Assert.Fail("Reached");
}

public sealed class BorrowsService : InfrastructureFixture
{
    // Owned by an infrastructure already, as that of another fixture.
    private static readonly ExternalServiceMock Payments = Owned();

    protected override void Configure(TestInfrastructure infra) => infra.Register("payments", Payments);

    private static ExternalServiceMock Owned()
    {
        var payments = new ExternalServiceMock();
        new TestInfrastructure().Register("payments", payments);
        return payments;
    }
}

public sealed class ServiceOfTwoFixturesTests(BorrowsService infra) : IntegrationTest<BorrowsService>(infra)
{
    [Fact]
    public void Fails() => Assert.Fail("Reached");
}

public sealed class StubInConstructorTests : IntegrationTest<MockFixture>
{
    private static readonly Steps Step = new();

    public StubInConstructorTests(MockFixture infra)
        : base(infra)
    {
        if (Step.Next() == 1)
        {
            infra.Payments.When("GET", "/early").Respond(200);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fails_once_and_does_not_harm_the_next(int row)
    {
        Assert.InRange(row, 1, 2);
        Assert.Equal(1, Infra.Payments.StubCount);
    }
}

[CollectionDefinition("both levels")]
public sealed class BothLevels : ICollectionFixture<MockFixture>;

[Collection("both levels")]
public sealed class BothLevelsTests(MockFixture infra) : IntegrationTest<MockFixture>(infra)
{
    [Fact]
    public void Fails() => Assert.Fail("Reached");
}

public sealed class ThrowingArrangeTests(MockFixture infra) : IntegrationTest<MockFixture>(infra)
{
    private static readonly Steps Step = new();

    protected override Task ArrangeAsync() => Step.Next() == 1 ? throw new NotSupportedException("Not arranged.") : Task.CompletedTask;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fails_once_and_does_not_harm_the_next(int row) => Assert.InRange(row, 1, 2);
}

/// <summary>Its constructor reads what does not exist after a failed start; the error to see is that of the start.</summary>
public sealed class ReadsInConstructorTests : IntegrationTest<ThrowsInSeed>
{
    private readonly Uri _address;

    public ReadsInConstructorTests(ThrowsInSeed infra)
        : base(infra) => _address = infra.Payments.BaseAddress;

    [Fact]
    public void Fails() => Assert.Null(_address);
}

public sealed class OwnLifetimeTests(MockFixture infra) : IntegrationTest<MockFixture>(infra), IAsyncLifetime
{
#if XUNIT_V3
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
#else
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Task.CompletedTask;
#endif

    [Fact]
    public void Fails() => Assert.Fail("Reached");
}

public sealed class OwnLifetimeFixture : MockFixture, IAsyncLifetime
{
#if XUNIT_V3
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
#else
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Task.CompletedTask;
#endif
}

public sealed class FixtureWithOwnLifetimeTests(OwnLifetimeFixture infra) : IntegrationTest<OwnLifetimeFixture>(infra)
{
    [Fact]
    public void Fails() => Assert.Fail("Reached");
}
