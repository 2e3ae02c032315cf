using System.Collections.Concurrent;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Sharing;

[Collection(nameof(SharedKit))]
public sealed class LazyResetTests : IAsyncLifetime, IProgress<ServiceProgress>
{
    private readonly ConcurrentBag<string> _reset = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await TestInfrastructure.StopSharedServersAsync(CancellationToken.None);

    void IProgress<ServiceProgress>.Report(ServiceProgress value)
    {
        if (value.Stage == ServiceStage.Reset)
        {
            _reset.Add(value.Service);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reset_touches_only_what_was_handed_out(bool shared)
    {
        var (used, unused) = (new PostgresService(), new PostgresService());
        var redis = new RedisService();
        await using var infra = (await Kit.CreateAsync(new() { ShareServers = shared, Progress = this }))
            .Register("used", used).Register("unused", unused).Register("redis", redis);
        await infra.StartAllAsync(Kit.Cancellation);

        await infra.ResetAllAsync(Kit.Cancellation);
        Assert.Empty(_reset);
        _ = used.ConnectionString;
        await infra.ResetAllAsync(Kit.Cancellation);
        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.Equal(["used", "used"], _reset);
    }

    [Fact]
    public async Task Reference_of_another_service_counts_as_handed_out()
    {
        var postgres = new PostgresService();
        var client = new ContainerService(Kit.Busybox)
        {
            Command = ["sleep", "600"],
            Environment = { ["DB"] = ServiceReference.To(postgres, p => p.NetworkConnectionString) },
        };
        await using var infra = (await Kit.CreateAsync(new() { ShareServers = true, Progress = this })).Register("postgres", postgres).Register("client", client);
        await infra.StartAllAsync(Kit.Cancellation);

        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.Equal(["postgres"], _reset);
    }

    [Fact]
    public async Task Host_name_counts_as_handed_out_since_the_rest_of_the_address_can_be_known()
    {
        var postgres = new PostgresService { Password = "kn0wn-bef0rehand", Initialize = (source, _) => source.RunAsync("CREATE TABLE orders (id int)") };
        var writer = new ContainerService(postgres.Image)
        {
            Entrypoint = ["sleep", "600"],
            Environment = { ["PGHOST"] = ServiceReference.To(postgres, each => each.NetworkHost), ["PGPASSWORD"] = postgres.Password, ["PGUSER"] = "postgres" },
        };
        await using var infra = (await Kit.CreateAsync(new() { Progress = this })).Register("postgres", postgres).Register("writer", writer);
        await infra.StartAllAsync(Kit.Cancellation);
        var written = await writer.ExecAsync(["psql", "-c", "INSERT INTO orders VALUES (1)"], Kit.Cancellation);
        Assert.Equal((0L, ""), (written.ExitCode, written.Error));

        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.Equal(["postgres"], _reset);
        Assert.Equal(0, await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM orders"));
    }

    [Fact]
    public async Task Fixed_port_counts_as_handed_out()
    {
        var redis = new RedisService { Port = FreePort() };
        await using var infra = (await Kit.CreateAsync(new() { Progress = this })).Register("redis", redis);
        await infra.StartAllAsync(Kit.Cancellation);

        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.Equal(["redis"], _reset);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
