using System.Text.Json.Nodes;
using IntegrationKit.EngineTests.Diagnostics;
using IntegrationKit.EngineTests.Support;
using Npgsql;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Security;

/// <summary>The engine's own account of the containers that the services make.</summary>
public sealed class ContainerHardeningTests
{
    [Fact]
    public async Task Containers_have_no_privilege_no_engine_socket_and_ports_on_loopback_only()
    {
        var (postgres, redis, web) = (new PostgresService(), new RedisService(), Kit.WebServer());
        await using var infra = (await Kit.CreateAsync()).Register("postgres", postgres).Register("redis", redis).Register("web", web);
        await infra.StartAllAsync(Kit.Cancellation);

        foreach (var service in new ServerService[] { postgres, redis, web })
        {
            var container = await RawEngine.InspectAsync(service.ContainerId);
            var host = container["HostConfig"]!;

            Assert.False(host["Privileged"]!.GetValue<bool>());
            Assert.Contains(Items(host["SecurityOpt"]), option => option!.GetValue<string>().StartsWith("no-new-privileges", StringComparison.Ordinal));
            Assert.Empty(Items(host["CapAdd"]));
            Assert.Empty(Items(host["Binds"]));
            Assert.NotEqual("host", host["PidMode"]!.GetValue<string>());
            Assert.NotEqual("host", host["NetworkMode"]!.GetValue<string>());
            Assert.DoesNotContain("docker.sock", container["Mounts"]!.ToJsonString(), StringComparison.Ordinal);
            var bindings = container["NetworkSettings"]!["Ports"]!.AsObject().SelectMany(port => Items(port.Value)).ToArray();
            Assert.NotEmpty(bindings);
            Assert.All(bindings, binding => Assert.Equal("127.0.0.1", binding!["HostIp"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task Entrypoint_that_drops_root_runs_without_new_privileges()
    {
        var (postgres, redis) = (new PostgresService(), new RedisService());
        await using var infra = (await Kit.CreateAsync()).Register("postgres", postgres).Register("redis", redis);
        await infra.StartAllAsync(Kit.Cancellation);

        foreach (var service in new ServerService[] { postgres, redis })
        {
            var status = await service.ExecAsync(["sh", "-c", "grep -E '^(Uid|NoNewPrivs):' /proc/1/status"], Kit.Cancellation);

            Assert.Matches(@"Uid:\s+[1-9]", status.Output);
            Assert.Matches(@"NoNewPrivs:\s+1", status.Output);
        }
    }

    [Fact]
    public async Task Passwords_are_random_by_default()
    {
        var (first, second, third, fourth) = (new PostgresService(), new PostgresService(), new RedisService(), new RedisService());
        await using var infra = (await Kit.CreateAsync())
            .Register("first", first).Register("second", second).Register("third", third).Register("fourth", fourth);
        await infra.StartAllAsync(Kit.Cancellation);

        string?[] passwords =
        [
            new NpgsqlConnectionStringBuilder(first.ConnectionString).Password, new NpgsqlConnectionStringBuilder(second.ConnectionString).Password,
            ConfigurationOptions.Parse(third.ConnectionString).Password, ConfigurationOptions.Parse(fourth.ConnectionString).Password,
        ];

        Assert.Distinct(passwords);
        Assert.All(passwords, password => Assert.InRange(password!.Length, 20, 100));
        await using var stranger = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(first.ConnectionString) { Password = passwords[1] }.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(async () => await stranger.OpenConnectionAsync(Kit.Cancellation));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    private static JsonArray Items(JsonNode? array) => array?.AsArray() ?? [];
}
