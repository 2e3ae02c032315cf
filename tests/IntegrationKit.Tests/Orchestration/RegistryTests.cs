using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

public sealed class RegistryTests
{
    private readonly Journal _journal = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_are_in_the_order_of_their_registration()
    {
        var (z, a) = (new RecordingService(_journal), new RecordingService(_journal));
        await using var infra = new TestInfrastructure().Register("z", z).Register("a", a);

        Assert.Equal([z, a], infra.Services);
        Assert.Equal(["z", "a"], infra.Services.Select(each => each.Name));
    }

    [Fact]
    public async Task Get_returns_the_service_by_its_exact_name()
    {
        var service = new RecordingService(_journal);
        await using var infra = new TestInfrastructure().Register("db", service);

        Assert.Same(service, infra.Get("db"));
        Assert.Same(service, infra.Get<RecordingService>("db"));
        Assert.Same(service, infra.Get<TestService>("db"));
        Assert.Throws<KeyNotFoundException>(() => infra.Get("DB"));
    }

    [Fact]
    public async Task Get_unknown_name_lists_those_that_there_are()
    {
        await using var infra = new TestInfrastructure().Register("db", new RecordingService(_journal)).Register("cache", new RecordingService(_journal));

        var error = Assert.Throws<KeyNotFoundException>(() => infra.Get("redis"));

        Assert.Equal("There is no service 'redis'. Registered: 'db' and 'cache'.", error.Message);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => infra.StartAsync("redis", Cancellation));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => infra.StartAsync<RecordingService>("redis", Cancellation));
    }

    [Fact]
    public async Task Get_from_an_empty_infrastructure_says_that_none_is_registered()
    {
        await using var infra = new TestInfrastructure();

        Assert.Equal("There is no service 'db': none is registered.", Assert.Throws<KeyNotFoundException>(() => infra.Get("db")).Message);
    }

    [Fact]
    public async Task Get_wrong_type_names_both()
    {
        await using var infra = new TestInfrastructure().Register("db", new RecordingService(_journal));

        Assert.Equal("Service 'db' is a RecordingService, not a RedisService.", Assert.Throws<InvalidCastException>(() => infra.Get<RedisService>("db")).Message);
        await Assert.ThrowsAsync<InvalidCastException>(() => infra.StartAsync<RedisService>("db", Cancellation));
        Assert.Empty(_journal.Entries);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Register_empty_name_is_refused(string name)
    {
        await using var infra = new TestInfrastructure();

        Assert.Throws<ArgumentException>(nameof(name), () => infra.Register(name, new RecordingService(_journal)));
    }

    [Fact]
    public async Task Register_null_is_refused()
    {
        await using var infra = new TestInfrastructure();

        Assert.Throws<ArgumentNullException>("name", () => infra.Register(null!, new RecordingService(_journal)));
        Assert.Throws<ArgumentNullException>("service", () => infra.Register("a", null!));
    }

    [Fact]
    public async Task Register_while_services_run_is_refused()
    {
        await using var infra = new TestInfrastructure().Register("a", new RecordingService(_journal));
        await infra.StartAllAsync(Cancellation);

        var error = Assert.Throws<InvalidOperationException>(() => infra.Register("late", new RecordingService(_journal)));

        Assert.Contains("'late'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
        Assert.Single(infra.Services);
        await infra.StopAllAsync(Cancellation);
        infra.Register("late", new RecordingService(_journal));
        await infra.StartAllAsync(Cancellation);
        Assert.Equal(1, _journal.Count("ready late"));
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        Assert.Equal("options", Assert.Throws<ArgumentException>(() => new TestInfrastructure(new() { MaxParallelism = 0 })).ParamName);
        Assert.All(
            [
                new() { StartTimeout = TimeSpan.Zero },
                new() { StopTimeout = TimeSpan.FromSeconds(-1) },
                new() { ResetTimeout = Timeout.InfiniteTimeSpan },
                new() { StartTimeout = TimeSpan.MaxValue },
            ],
            (TestInfrastructureOptions options) => Assert.Throws<ArgumentException>(() => new TestInfrastructure(options)));
    }

    [Fact]
    public void Options_message_names_the_option_and_its_value()
    {
        var error = Assert.Throws<ArgumentException>(() => new TestInfrastructure(new() { StopTimeout = TimeSpan.FromSeconds(-1) }));

        Assert.StartsWith("StopTimeout is -00:00:01; it must be longer than zero", error.Message, StringComparison.Ordinal);
    }
}
