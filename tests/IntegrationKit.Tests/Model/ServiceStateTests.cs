using System.Net;
using System.Net.Sockets;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Model;

/// <summary>What exists only while a service runs says so before and after, with the service's name and state.</summary>
public sealed class ServiceStateTests : IDisposable
{
    private readonly TcpListener _silentEngine = new(IPAddress.Loopback, 0);

    public static TheoryData<string> Members => [.. Readers.Keys];

    private static readonly Dictionary<string, (Func<TestService> Make, Action<TestService> Read, string Member)> Readers = new(StringComparer.Ordinal)
    {
        ["postgres, connection string"] = (() => new PostgresService(), s => _ = ((PostgresService)s).ConnectionString, "ConnectionString"),
        ["postgres, data source"] = (() => new PostgresService(), s => _ = ((PostgresService)s).DataSource, "DataSource"),
        ["postgres, network"] = (() => new PostgresService(), s => _ = ((PostgresService)s).NetworkConnectionString, "NetworkConnectionString"),
        ["redis, connection string"] = (() => new RedisService(), s => _ = ((RedisService)s).ConnectionString, "ConnectionString"),
        ["container, endpoint"] = (() => new ContainerService("web:1") { Ports = [80] }, s => ((ContainerService)s).Endpoint(80), "Endpoint(80)"),
        ["container, id"] = (() => new ContainerService("web:1"), s => _ = ((ContainerService)s).ContainerId, "ContainerId"),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _silentEngine.Dispose();

    [Theory]
    [MemberData(nameof(Members))]
    public void Member_of_an_unregistered_service_says_that_it_is_not_registered(string which)
    {
        var (make, read, member) = Readers[which];
        var service = make();

        var error = Assert.Throws<InvalidOperationException>(() => read(service));

        Assert.StartsWith($"{member} of {service.GetType().Name} is known only while it runs, and it is not registered", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public async Task Member_of_a_registered_service_says_that_it_has_not_been_started(string which)
    {
        var (make, read, member) = Readers[which];
        var service = make();
        await using var infra = new TestInfrastructure().Register("mine", service);

        var error = Assert.Throws<InvalidOperationException>(() => read(service));

        Assert.StartsWith($"{member} of service 'mine' is known only while it runs, and it has not been started", error.Message, StringComparison.Ordinal);
        Assert.Contains("StartAllAsync", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public async Task Member_of_a_starting_and_of_a_stopped_service_says_so(string which)
    {
        var (make, read, member) = Readers[which];
        var service = make();
        _silentEngine.Start();
        var options = new TestInfrastructureOptions { EngineEndpoint = $"tcp://{_silentEngine.LocalEndpoint}" };
        await using var infra = new TestInfrastructure(options).Register("mine", service);

        // The engine takes the connection and says nothing: the service stays on its way.
        var start = infra.StartAllAsync(Cancellation);
        using var connection = await _silentEngine.AcceptSocketAsync(Cancellation).AsTask().Soon();
        var starting = Assert.Throws<InvalidOperationException>(() => read(service));
        await infra.StopAllAsync(Cancellation).Soon();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.Soon());
        var stopped = Assert.Throws<InvalidOperationException>(() => read(service));

        Assert.Equal($"{member} of service 'mine' is not known yet: it is starting. Await StartAllAsync first.", starting.Message);
        Assert.Equal($"{member} of service 'mine' is known only while it runs, and it is Stopped.", stopped.Message);
    }

    [Fact]
    public async Task Member_of_a_service_of_ones_own_follows_its_state()
    {
        var service = new RecordingService(new Journal());
        await using var infra = new TestInfrastructure().Register("mine", service);

        Assert.Throws<InvalidOperationException>(() => service.Address);
        await infra.StartAllAsync(Cancellation);
        Assert.Equal("recording://mine", service.Address);
        await infra.StopAllAsync(Cancellation);
        Assert.Contains("it is Stopped", Assert.Throws<InvalidOperationException>(() => service.Address).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResetAsync_of_a_service_that_does_not_run_says_so()
    {
        Assert.Contains("ResetAsync of PostgresService", (await Assert.ThrowsAsync<InvalidOperationException>(() => new PostgresService().ResetAsync(Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("ResetAsync of RedisService", (await Assert.ThrowsAsync<InvalidOperationException>(() => new RedisService().ResetAsync(Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_before_the_registration_is_the_type()
    {
        Assert.Equal("RedisService", new RedisService().Name);
        Assert.Equal(ServiceState.Registered, new RedisService().State);
    }

    [Fact]
    public async Task State_moves_from_registered_to_stopped()
    {
        var seen = new List<ServiceState>();
        var service = new RecordingService(new Journal());
        service.OnStart = (_, _) => Note();
        service.OnStop = () => Note();
        await using var infra = new TestInfrastructure().Register("mine", service);

        seen.Add(service.State);
        await infra.StartAllAsync(Cancellation);
        seen.Add(service.State);
        await infra.StopAllAsync(Cancellation);
        seen.Add(service.State);

        Assert.Equal([ServiceState.Registered, ServiceState.Starting, ServiceState.Running, ServiceState.Stopping, ServiceState.Stopped], seen);

        Task Note()
        {
            seen.Add(service.State);
            return Task.CompletedTask;
        }
    }
}
