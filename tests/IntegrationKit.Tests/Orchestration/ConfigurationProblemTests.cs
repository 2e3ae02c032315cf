using IntegrationKit.Orchestration;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

public sealed class ConfigurationProblemTests
{
    private readonly Journal _journal = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAllAsync_many_mistakes_are_reported_together_and_nothing_is_started()
    {
        var twice = new RecordingService(_journal);
        var elsewhere = new RecordingService(_journal);
        await using var otherInfra = new TestInfrastructure().Register("mine", elsewhere);
        await using var infra = new TestInfrastructure()
            .Register("good", new RecordingService(_journal))
            .Register("db", new PostgresService { InitScripts = ["missing.sql"], Password = "", StartTimeout = TimeSpan.Zero })
            .Register("db", new RecordingService(_journal))
            .Register("one", twice)
            .Register("two", twice)
            .Register("borrowed", elsewhere)
            .Register("lonely", new RecordingService(_journal) { DependsOn = [new RedisService()] })
            .Register("web", new ContainerService("web:1") { NetworkAlias = "site", Ports = [0, 80, 80], Port = 70_000, Readiness = Probe.Http("/", port: 8080), Tmpfs = ["data"] })
            .Register("web2", new ContainerService("web:1") { NetworkAlias = "site", Port = 8080 });

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(Cancellation));

        string[] expected =
        [
            "The name 'db' is registered 2 times (PostgresService, RecordingService)",
            "registered as 'two' is registered as 'one' already",
            "registered as 'borrowed' is registered as 'mine' already",
            "The network alias 'site' is given to 'web' and 'web2'",
            "Service 'lonely' refers to a RedisService that is not registered here",
            "Service 'db': StartTimeout is 00:00:00",
            "Service 'db': Password is empty",
            "Service 'db': Script 'missing.sql' does not exist",
            "Service 'web': Port is 70000",
            "Service 'web': Ports has 0;",
            "Service 'web': Ports has 80 more than once",
            "Service 'web': Readiness probes port 8080, which is not published",
            "Service 'web': Tmpfs has 'data'",
            "Service 'web2': Port is 8080, but Ports is empty",
        ];
        Assert.All(expected, each => Assert.Single(error.Problems, problem => problem.Contains(each, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, error.Problems.Count);
        Assert.All(error.Problems, problem => Assert.Contains("- " + problem, error.Message, StringComparison.Ordinal));
        Assert.Contains($"for {expected.Length} reasons", error.Message, StringComparison.Ordinal);
        Assert.Empty(_journal.Entries);
        Assert.All(infra.Services, each => Assert.Equal(ServiceState.Registered, each.State));
    }

    [Fact]
    public async Task StartAllAsync_one_mistake_stands_in_the_sentence()
    {
        await using var infra = new TestInfrastructure().Register("redis", new RedisService { Password = "" });

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(Cancellation));

        Assert.Equal("The infrastructure cannot be started: Service 'redis': Password is empty. Leave it null for a random one.", error.Message);
    }

    [Fact]
    public async Task StartAllAsync_host_port_that_two_services_ask_for_is_a_mistake_among_the_others()
    {
        var problems = await ProblemsAsync(
            ("db", new PostgresService { Port = 15_432 }),
            ("cache", new RedisService { Port = 15_432, Password = "" }),
            ("payments", new ExternalServiceMock { Port = 18_080 }),
            ("web", new ContainerService("web:1") { Ports = [80, new(443, 18_080)], Port = 18_081 }),
            ("twice", new ContainerService("web:1") { Ports = [new(80, 18_082), new(81, 18_082)] }),
            ("alone", new ContainerService("web:1") { Ports = [80], Port = 18_083 }));

        Assert.Equal(
            [
                "The host port 15432 is asked for by 'db' and 'cache'. A port leads to one service: leave it unset for a free one, or choose another.",
                "The host port 18080 is asked for by 'payments' and 'web'. A port leads to one service: leave it unset for a free one, or choose another.",
                "The host port 18082 is asked for by 'twice' and 'twice'. A port leads to one service: leave it unset for a free one, or choose another.",
                "Service 'cache': Password is empty. Leave it null for a random one.",
            ],
            problems);
    }

    [Theory]
    [InlineData(true, false, 0)]
    [InlineData(true, true, 1)]
    [InlineData(false, false, 1)]
    public void Make_host_port_of_two_services_is_a_mistake_unless_they_may_share_the_server(bool sharesServers, bool ownServer, int mistakes)
    {
        var owner = new object();
        Registration[] registrations = [.. Enumerable.Range(1, 2).Select(i =>
        {
            var service = new PostgresService { Port = 15_432, OwnServer = ownServer };
            return new Registration($"db{i}", service, service.TryAdopt(owner, $"db{i}"));
        })];

        var error = Record.Exception(() => ServicePlan.Make(registrations, sharesServers));

        Assert.Equal(mistakes, (error as InfrastructureConfigurationException)?.Problems.Count ?? 0);
    }

    [Fact]
    public async Task StartAllAsync_cycle_is_printed_as_a_path()
    {
        var (a, b) = (new LoopingService(), new LoopingService());
        a.Needs.Add(b);
        b.Needs.Add(a);

        Assert.Equal(["The services wait for each other in a circle: a -> b -> a."], await ProblemsAsync(("a", a), ("b", b)));
    }

    [Fact]
    public async Task StartAllAsync_service_that_waits_for_itself_is_a_cycle()
    {
        var self = new LoopingService();
        self.Needs.Add(self);

        Assert.Equal(["The services wait for each other in a circle: self -> self."], await ProblemsAsync(("self", self)));
    }

    [Fact]
    public async Task StartAllAsync_two_cycles_are_both_printed_without_what_leads_to_them()
    {
        var (entry, a, b, c, d, e) = (new LoopingService(), new LoopingService(), new LoopingService(), new LoopingService(), new LoopingService(), new LoopingService());
        entry.Needs.AddRange([a, c]);
        a.Needs.Add(b);
        b.Needs.Add(a);
        c.Needs.Add(d);
        d.Needs.Add(e);
        e.Needs.Add(c);

        Assert.Equal(
            ["The services wait for each other in a circle: a -> b -> a.", "The services wait for each other in a circle: c -> d -> e -> c."],
            await ProblemsAsync(("entry", entry), ("a", a), ("b", b), ("c", c), ("d", d), ("e", e)));
    }

    [Fact]
    public async Task StartAllAsync_diamond_is_no_cycle()
    {
        var (top, left, right, bottom) = (new LoopingService(), new LoopingService(), new LoopingService(), new LoopingService());
        top.Needs.AddRange([left, right]);
        left.Needs.Add(bottom);
        right.Needs.Add(bottom);
        await using var infra = new TestInfrastructure()
            .Register("top", top).Register("left", left).Register("right", right).Register("bottom", bottom);

        await infra.StartAllAsync(Cancellation);

        Assert.Equal(ServiceState.Running, top.State);
    }

    [Fact]
    public async Task StartAllAsync_reference_to_a_service_that_is_not_registered_is_a_mistake()
    {
        var postgres = new PostgresService();
        var api = new ContainerService("api:1") { Environment = { ["DB"] = ServiceReference.To(postgres, p => p.NetworkConnectionString) } };

        var problem = Assert.Single(await ProblemsAsync(("api", api)));

        Assert.Equal("Service 'api' refers to a PostgresService that is not registered here. Register it too.", problem);
    }

    [Fact]
    public async Task StartAllAsync_same_object_in_another_infrastructure_is_a_mistake_of_the_second_only()
    {
        var service = new RecordingService(_journal);
        await using var first = new TestInfrastructure().Register("a", service);
        await using var second = new TestInfrastructure().Register("b", service);

        await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => second.StartAllAsync(Cancellation));
        await first.StartAllAsync(Cancellation);

        Assert.Equal("a", service.Name);
        await second.StopAllAsync(Cancellation);
        Assert.Equal(ServiceState.Running, service.State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4_294_967_295)]
    public async Task StartAllAsync_impossible_StartTimeout_of_a_service_is_a_mistake(double milliseconds)
    {
        var problem = Assert.Single(await ProblemsAsync(("a", new RecordingService(_journal) { StartTimeout = TimeSpan.FromMilliseconds(milliseconds) })));

        Assert.StartsWith("Service 'a': StartTimeout is ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAllAsync_StartTimeout_of_a_month_is_possible()
    {
        await using var infra = new TestInfrastructure(new() { StartTimeout = TimeSpan.FromDays(30) })
            .Register("a", new RecordingService(_journal) { StartTimeout = TimeSpan.FromDays(30) });

        await infra.StartAllAsync(Cancellation);

        Assert.Equal(ServiceState.Running, infra.Get("a").State);
    }

    [Theory]
    [InlineData(0, null, "Ports has 0;")]
    [InlineData(65_536, null, "Ports has 65536;")]
    [InlineData(80, 0, "Ports has 80 on host port 0;")]
    [InlineData(80, 65_536, "Ports has 80 on host port 65536;")]
    public async Task StartAllAsync_impossible_ports_are_a_mistake(int container, int? host, string expected)
    {
        var problem = Assert.Single(await ProblemsAsync(("web", new ContainerService("web:1") { Ports = [new(container, host)] })));

        Assert.StartsWith("Service 'web': " + expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAllAsync_mistakes_are_corrected_by_registering_what_is_missing()
    {
        var database = new RecordingService(_journal);
        await using var infra = new TestInfrastructure().Register("api", new RecordingService(_journal) { DependsOn = [database] });
        await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(Cancellation));

        infra.Register("db", database);
        await infra.StartAllAsync(Cancellation);

        Assert.Equal(ServiceState.Running, database.State);
    }

    private static async Task<IReadOnlyList<string>> ProblemsAsync(params (string Name, TestService Service)[] services)
    {
        await using var infra = new TestInfrastructure();
        foreach (var (name, service) in services)
        {
            infra.Register(name, service);
        }

        return (await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(Cancellation))).Problems;
    }

    private sealed class LoopingService : TestService
    {
        public List<TestService> Needs { get; } = [];

        protected override IEnumerable<TestService> Dependencies => Needs;

        protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) => Task.FromResult<ServiceRun>(new Started());

        private sealed class Started : ServiceRun
        {
            public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
