namespace Scenarios.Mocks;

public sealed class ResetTests(MockFixture infra) : IntegrationTest<MockFixture>(infra)
{
    protected override Task ArrangeAsync()
    {
        Infra.Payments.When("GET", "/arranged").Respond(201);
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Finds_the_seed_and_what_was_arranged_and_nothing_else(int row)
    {
        Assert.Empty(Infra.Payments.Requests);
        Assert.Equal(2, Infra.Payments.StubCount);
        Assert.Equal(200, await Infra.AskAsync("/seeded"));
        Assert.Equal(201, await Infra.AskAsync("/arranged"));
        Infra.Payments.When("GET", $"/leaks/{row}").Respond(200);
        Assert.Equal(200, await Infra.AskAsync($"/leaks/{row}"));
        Assert.False(Cancellation.IsCancellationRequested);
    }
}

public sealed class KeepStateTests(MockFixture infra) : IntegrationTest<MockFixture>(infra)
{
    private static readonly Steps Step = new();

    [KeepState]
    [Theory]
    [InlineData("one")]
    [InlineData("other")]
    public void Finds_what_the_test_before_left(string row)
    {
        Assert.Equal(Step.Next(), Infra.Payments.StubCount);
        Infra.Payments.When("GET", $"/{row}").Respond(200);
    }
}

public sealed class CancellationTests(MockFixture infra) : IntegrationTest<MockFixture>(infra)
{
    private static readonly Steps Step = new();
    private static CancellationToken _ofFirst;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Is_cancelled_by_the_end_of_its_test(int row)
    {
        Assert.InRange(row, 1, 2);
        Assert.False(Cancellation.IsCancellationRequested);
        if (Step.Next() == 1)
        {
            _ofFirst = Cancellation;
        }
        else
        {
            Assert.True(_ofFirst.IsCancellationRequested);
        }
    }
}

/// <summary>Uses the smallest fixture, and a constructor parameter that a compiler could warn of.</summary>
public sealed class CleanUpTests(MockFixture infra) : IntegrationTest<MockFixture>(infra)
{
    protected override Task CleanUpAsync()
    {
        Journal.Note($"CleanUp {Infra.Payments.StubCount}, cancelled: {Cancellation.IsCancellationRequested}");
        return Task.CompletedTask;
    }

    [Fact]
    public void Runs_while_the_infrastructure_belongs_to_the_test() => Infra.Payments.When("GET", "/mine").Respond(200);
}
