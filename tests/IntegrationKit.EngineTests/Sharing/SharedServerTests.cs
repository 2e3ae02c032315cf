using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Sharing;

[Collection(nameof(SharedKit))]
public sealed class SharedServerTests : IAsyncLifetime
{
    private readonly Dictionary<string, string> _mark = SharedKit.Mark();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await TestInfrastructure.StopSharedServersAsync(CancellationToken.None);

    [Fact]
    public async Task Infrastructures_that_start_at_once_share_one_server_of_each_kind()
    {
        var services = Enumerable.Range(0, 6).Select(_ => (Postgres: Postgres(), Redis: new RedisService { Labels = _mark })).ToArray();
        var infras = await Task.WhenAll(services.Select(each => SharedKit.StartAsync(each.Postgres, each.Redis)));

        Assert.Single(services.Select(each => each.Postgres.ContainerId).Distinct());
        Assert.Single(services.Select(each => each.Redis.ContainerId).Distinct());
        Assert.Equal(6, services.Select(each => each.Postgres.DatabaseName).Distinct().Count());
        Assert.All(services, each => Assert.StartsWith("postgres_", each.Postgres.DatabaseName, StringComparison.Ordinal));
        await Task.WhenAll(infras.Select(each => each.StopAllAsync(Kit.Cancellation)));
    }

    [Fact]
    public async Task Equal_settings_share_and_different_ones_or_an_own_server_do_not()
    {
        var (first, equal, other, own) = (Postgres(), Postgres(), Postgres("64MB"), new PostgresService { Labels = _mark, OwnServer = true });
        await using var infra = await SharedKit.StartAsync(first, equal, other, own);

        Assert.Equal(first.ContainerId, equal.ContainerId);
        Assert.Equal(3, new[] { first, other, own }.Select(each => each.ContainerId).Distinct().Count());
        Assert.Equal("postgres", own.DatabaseName);
        Assert.Equal("64MB", await other.DataSource.ReadAsync<string>("SHOW work_mem"));
    }

    [Fact]
    public async Task Plain_infrastructure_has_its_own_servers()
    {
        var (one, two) = (new RedisService { Labels = _mark }, new RedisService { Labels = _mark });
        await using var infra = await (await Kit.CreateAsync()).Register("one", one).Register("two", two).StartAllAsync(Kit.Cancellation);

        Assert.NotEqual(one.ContainerId, two.ContainerId);
    }

    [Fact]
    public async Task Server_goes_with_its_last_user_once_the_end_of_the_run_is_said()
    {
        var (one, two) = (new RedisService { Labels = _mark }, new RedisService { Labels = _mark });
        await using var first = await SharedKit.StartAsync(one);
        await using var second = await SharedKit.StartAsync(two);
        var id = one.ContainerId;

        await first.StopAllAsync(Kit.Cancellation);
        Assert.NotNull(await Kit.InspectAsync(id));
        await TestInfrastructure.StopSharedServersAsync(Kit.Cancellation);
        Assert.NotEqual(TimeSpan.Zero, await two.PingAsync(Kit.Cancellation));
        await second.StopAllAsync(Kit.Cancellation);

        Assert.Null(await Kit.InspectAsync(id));
    }

    [Fact]
    public async Task Server_that_nobody_uses_is_kept_until_the_end_of_the_run_and_used_again()
    {
        var (one, two) = (new RedisService { Labels = _mark }, new RedisService { Labels = _mark });
        var infra = await SharedKit.StartAsync(one);
        var id = one.ContainerId;
        await infra.StopAllAsync(Kit.Cancellation);

        var again = await SharedKit.StartAsync(two);
        Assert.Equal(id, two.ContainerId);
        await again.StopAllAsync(Kit.Cancellation);
        await TestInfrastructure.StopSharedServersAsync(Kit.Cancellation);

        Assert.Null(await Kit.InspectAsync(id));
    }

    [Fact]
    public async Task First_user_that_is_cancelled_takes_nothing_from_those_who_wait()
    {
        var (cancelled, waiting) = (Postgres(), Postgres());
        using var cancellation = new CancellationTokenSource();
        var first = (await SharedKit.CreateAsync(cancelled)).StartAllAsync(cancellation.Token);
        await Kit.UntilAsync(() => cancelled.State == ServiceState.Starting);
        var second = SharedKit.StartAsync(waiting);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await using var infra = await second;
        Assert.Equal(1, await waiting.DataSource.ReadAsync<int>("SELECT 1"));
    }

    [Fact]
    public async Task Start_that_fails_is_told_to_each_user_in_full_and_leaves_nothing()
    {
        var services = Enumerable.Range(0, 3).Select(_ => new PostgresService { Labels = _mark, Settings = { ["shared_buffers"] = "nonsense" } }).ToArray();
        var infras = await Task.WhenAll(services.Select(each => SharedKit.CreateAsync(each)));
        var starts = infras.Select(each => Assert.ThrowsAsync<ServiceStartException>(() => each.StartAllAsync(Kit.Cancellation)));

        var errors = await Task.WhenAll(starts);

        TestContext.Current.TestOutputHelper!.WriteLine(errors[2].Message);
        Assert.All(errors, error => Assert.Contains("shared_buffers", error.Message, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.Equal(1, error.Container?.ExitCode));
        Assert.All(services, each => Assert.Equal(ServiceState.Failed, each.State));
        Assert.DoesNotContain(await ListAsync(), each => each.Labels.TryGetValue("test", out var mark) && mark == _mark["test"]);
    }

    [Fact]
    public async Task Server_that_dies_is_told_by_a_check_and_replaced_for_the_next_start()
    {
        var (one, two) = (Postgres(), Postgres());
        var first = await SharedKit.StartAsync(one);
        var second = await SharedKit.StartAsync(two);
        await first.CheckAllAsync(Kit.Cancellation);
        var dead = one.ContainerId;
        await KillAsync(dead);

        await Kit.UntilAsync(async () => (await Record.ExceptionAsync(() => first.CheckAllAsync(Kit.Cancellation))) is ServiceOperationException);
        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => second.CheckAllAsync(Kit.Cancellation));
        Assert.Contains("has ended with exit code 137", error.Message, StringComparison.Ordinal);
        await first.StopAllAsync(Kit.Cancellation);
        await first.StartAllAsync(Kit.Cancellation);

        Assert.NotEqual(dead, one.ContainerId);
        Assert.Equal(1, await one.DataSource.ReadAsync<int>("SELECT 1"));
        await second.StopAllAsync(Kit.Cancellation);
        Assert.Null(await Kit.InspectAsync(dead));
        await first.StopAllAsync(Kit.Cancellation);
    }

    [Fact]
    public async Task Container_of_each_infrastructure_reaches_its_slice_of_the_shared_server()
    {
        // Two networks, since both ask for the same alias.
        var pairs = Enumerable.Range(0, 2).Select(_ =>
        {
            var postgres = Postgres();
            var client = new ContainerService("postgres:15")
            {
                Entrypoint = ["sh", "-c", "sleep 600"],
                NetworkAlias = "client",
                Environment = { ["HOST"] = ServiceReference.To(postgres, p => p.NetworkHost), ["DB"] = ServiceReference.To(postgres, p => new NpgsqlConnectionStringBuilder(p.NetworkConnectionString).Database!) },
            };
            return (postgres, client);
        }).ToArray();
        var infras = await Task.WhenAll(pairs.Select(each => SharedKit.StartAsync(each.postgres, each.client)));

        foreach (var (postgres, client) in pairs)
        {
            var password = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Password;
            var result = await client.ExecAsync(["sh", "-c", $"PGPASSWORD='{password}' psql -h $HOST -U postgres -d $DB -tAc 'SELECT current_database()'"], Kit.Cancellation);
            Assert.Equal((0, postgres.DatabaseName), (result.ExitCode, result.Output.Trim()));
        }

        await Task.WhenAll(infras.Select(each => each.StopAllAsync(Kit.Cancellation)));
        var again = await SharedKit.StartAsync(Postgres());
        await again.StopAllAsync(Kit.Cancellation);
    }

    private static async Task<IReadOnlyList<IntegrationKit.Engine.ContainerSummary>> ListAsync()
    {
        await using var engine = await Engine.Support.RealEngine.ConnectAsync();
        return await engine.Api.Containers.ListAsync([IntegrationKit.Ownership.ResourceLabels.Filter], Kit.Cancellation);
    }

    private static async Task KillAsync(string id)
    {
        await using var engine = await Engine.Support.RealEngine.ConnectAsync();
        await engine.Plain.KillAsync(id);
    }

    private PostgresService Postgres(string? workMemory = null)
    {
        var service = new PostgresService { Labels = _mark };
        if (workMemory is not null)
        {
            service.Settings["work_mem"] = workMemory;
        }

        return service;
    }
}
