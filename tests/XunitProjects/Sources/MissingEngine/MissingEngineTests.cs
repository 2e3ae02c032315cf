namespace Scenarios.MissingEngine;

public sealed class NeedsEngine : InfrastructureFixture
{
    protected override void Configure(TestInfrastructure infra) => infra.Register("redis", new RedisService());
}

public sealed class FixtureTests(NeedsEngine infra) : IntegrationTest<NeedsEngine>(infra)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Are_skipped_with_the_reason(int row) => Assert.Fail($"Reached {row}");
}

public sealed class NoFixtureTests
{
    [Fact]
    [RequiresInfrastructure]
    public void Is_skipped_with_the_reason() => Assert.Fail("Reached");

    [Fact]
    public void Needs_none()
    {
    }
}
