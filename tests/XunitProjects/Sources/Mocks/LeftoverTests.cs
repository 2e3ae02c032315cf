namespace Scenarios.Mocks;

/// <summary>A broker of somebody else's: a reset removes its messages.</summary>
public sealed class MessageService : TestService
{
    private readonly List<string> _queues = [];

    public int Looks { get; private set; }

    public IList<string> Queues => _queues;

    protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) => Task.FromResult<ServiceRun>(new Started(this));

    private sealed class Started(MessageService service) : ServiceRun
    {
        public override Task ResetAsync(CancellationToken cancellationToken)
        {
            service._queues.Clear();
            return Task.CompletedTask;
        }

        public override Task<IReadOnlyList<Leftover>> FindLeftoversAsync(CancellationToken cancellationToken)
        {
            service.Looks++;
            return service._queues.Contains("unreadable")
                ? throw new NotSupportedException("Unreadable.")
                : Task.FromResult<IReadOnlyList<Leftover>>([.. service._queues.CountBy(each => each).Select(each => new Leftover("queue", each.Key, each.Value, $"{each.Value} messages"))]);
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>Nobody asks for leftovers here.</summary>
public class MessageFixture : MockFixture
{
    public MessageService Broker { get; } = new();

    public ExternalServiceMock Counted { get; } = new() { StubsCountAsLeftovers = true };

    protected override void Configure(TestInfrastructure infra)
    {
        base.Configure(infra);
        infra.Register("broker", Broker).Register("counted", Counted);
    }

    protected override Task SeedAsync(CancellationToken cancellationToken)
    {
        Counted.When("GET", "/seeded").Respond(200);
        return base.SeedAsync(cancellationToken);
    }
}

public sealed class ReportingFixture : MessageFixture
{
    protected override LeftoverPolicy Leftovers => LeftoverPolicy.Report;
}

public sealed class StrictFixture : MessageFixture
{
    protected override LeftoverPolicy Leftovers => LeftoverPolicy.Fail;
}

public sealed class UnaskedLeftoverTests(MessageFixture infra) : IntegrationTest<MessageFixture>(infra)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Passes_and_nobody_looks(int row)
    {
        Assert.InRange(row, 1, 2);
        Infra.Broker.Queues.Add("mine");
        Assert.Equal(0, Infra.Broker.Looks);
    }
}

public sealed class ReportedLeftoverTests(ReportingFixture infra) : IntegrationTest<ReportingFixture>(infra)
{
    [Fact]
    public void Passes_and_is_reported()
    {
        Infra.Broker.Queues.Add("mine");
        Infra.Broker.Queues.Add("mine");
    }

    [Fact]
    public void Reported_as_unknown() => Infra.Broker.Queues.Add("unreadable");
}

public sealed class StrictLeftoverTests(StrictFixture infra) : IntegrationTest<StrictFixture>(infra)
{
    protected override Task CleanUpAsync()
    {
        Infra.Broker.Queues.Remove("removed");
        return Task.CompletedTask;
    }

    [Fact]
    public void Passes_without_leftovers()
    {
        Infra.Broker.Queues.Add("removed");
        Infra.Payments.When("GET", "/not-counted").Respond(200);
        Infra.Counted.When("GET", "/removed").Respond(200);
        Infra.Counted.Reset();
    }

    [Fact]
    [Leftovers(LeftoverPolicy.Ignore)]
    public void Passes_where_it_is_allowed() => Infra.Broker.Queues.Add("mine");

    [Fact]
    public void Leaves_messages() => Infra.Broker.Queues.Add("mine");

    [Fact]
    public void Leaves_stubs()
    {
        Infra.Counted.When("GET", "/mine/{id}").Respond(200);
        Infra.Counted.When("GET", "/twice").Respond(200);
        Infra.Counted.When("GET", "/twice").Respond(200);
    }

    [Fact]
    public void Cannot_be_examined() => Infra.Broker.Queues.Add("unreadable");

    [Fact]
    public void Fails_anyway()
    {
        Infra.Broker.Queues.Add("mine");
        Assert.Fail("On purpose.");
    }
}

/// <summary>The first leaves something, and the second one, which finds it, is not blamed for it.</summary>
[KeepState]
[Leftovers(LeftoverPolicy.Fail)]
public sealed class KeptLeftoverTests(MessageFixture infra) : IntegrationTest<MessageFixture>(infra)
{
    private static readonly Steps Step = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Only_who_left_it_is_blamed(int row)
    {
        Assert.InRange(row, 1, 2);
        if (Step.Next() == 1)
        {
            Infra.Broker.Queues.Add("first");
        }
        else
        {
            Assert.Contains("first", Infra.Broker.Queues);
        }
    }
}
