using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Model;

public sealed class ServiceReferenceTests
{
    private readonly Journal _journal = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Conversion_of_a_text_is_a_literal_without_a_service()
    {
        ServiceReference reference = "8080";

        Assert.Null(reference.Service);
        Assert.Equal("8080", reference.Read());
    }

    [Fact]
    public void Conversion_of_null_is_refused() => Assert.Throws<ArgumentNullException>(() => (ServiceReference)(string)null!);

    [Fact]
    public void To_makes_a_dependency_of_the_service_that_holds_it()
    {
        var (postgres, redis, other) = (new PostgresService(), new RedisService(), new RecordingService(_journal));
        var api = new ContainerService("api:1")
        {
            DependsOn = [other, redis],
            Environment =
            {
                ["DB"] = ServiceReference.To(postgres, p => p.NetworkConnectionString),
                ["CACHE"] = ServiceReference.To(redis, r => r.NetworkConnectionString),
                ["MODE"] = "test",
            },
        };

        Assert.Equal([other, redis, postgres], api.GetDependencies());
    }

    [Fact]
    public async Task To_is_read_only_when_the_service_is_ready()
    {
        var source = new RecordingService(_journal);
        var reference = ServiceReference.To(source, s =>
        {
            _journal.Add("read");
            return s.Address;
        });
        var holder = new HoldingService(_journal, reference);
        await using var infra = new TestInfrastructure().Register("holder", holder).Register("source", source);

        Assert.Throws<InvalidOperationException>(reference.Read);
        await infra.StartAllAsync(Cancellation);

        Assert.Equal("recording://source", holder.Value);
        Assert.Equal(["read", "start source", "ready source", "start holder", "read", "ready holder"], _journal.Entries);
    }

    [Fact]
    public void To_null_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => ServiceReference.To<RedisService>(null!, r => r.ConnectionString));
        Assert.Throws<ArgumentNullException>(() => ServiceReference.To(new RedisService(), (Func<RedisService, string>)null!));
        Assert.Throws<ArgumentNullException>(() => ServiceReference.To(new ExternalServiceMock(), (Func<ExternalServiceMock, Uri>)null!));
    }

    [Fact]
    public async Task To_an_address_reads_it_in_full()
    {
        var mock = new ExternalServiceMock();
        var reference = ServiceReference.To(mock, each => each.BaseAddress);
        Assert.Throws<InvalidOperationException>(reference.Read);

        await using var infra = await new TestInfrastructure().Register("mock", mock).StartAllAsync(TestContext.Current.CancellationToken);

        Assert.Equal($"http://127.0.0.1:{mock.BaseAddress.Port}/", reference.Read());
    }

    private sealed class HoldingService : RecordingService
    {
        private readonly ServiceReference _reference;

        public HoldingService(Journal journal, ServiceReference reference)
            : base(journal)
        {
            _reference = reference;
            OnStart = (_, _) =>
            {
                Value = reference.Read();
                return Task.CompletedTask;
            };
        }

        public string? Value { get; private set; }

        protected override IEnumerable<TestService> Dependencies => [_reference.Service!];
    }
}
