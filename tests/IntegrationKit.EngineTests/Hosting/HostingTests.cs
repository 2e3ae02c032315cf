using System.Net;
using System.Net.Sockets;
using System.Text;
using IntegrationKit.EngineTests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Hosting;

/// <summary>Alone, since one test needs the ports that its document fixes.</summary>
[Collection(nameof(Alone))]
public sealed class HostingTests
{
    [Fact]
    public async Task The_document_that_the_project_began_from_starts_as_it_stands()
    {
        SkipUnlessFree(5433, 6380, 3001);
        await using var infra = (await Kit.CreateAsync()).RegisterFrom(Read(
            """{ "postgres": { "type": "postgres", "port": 5433 }, "redis": { "type": "redis", "port": 6380 }, "api": { "type": "api", "port": 3001 } }"""));

        await infra.StartAllAsync(Kit.Cancellation);

        await using var database = NpgsqlDataSource.Create(infra.GetConnectionString("postgres"));
        Assert.Equal(1, await database.ReadAsync<int>("SELECT 1"));
        Assert.Equal(5433, new NpgsqlConnectionStringBuilder(infra.GetConnectionString("postgres")).Port);
        Assert.StartsWith("127.0.0.1:6380", infra.GetConnectionString("redis"), StringComparison.Ordinal);
        Assert.True(await infra.Get<RedisService>("redis").PingAsync(Kit.Cancellation) > TimeSpan.Zero);
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri("http://127.0.0.1:3001/unknown"), Kit.Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Host_runs_the_services_and_its_configuration_leads_to_them()
    {
        var name = Kit.Unique("cache");
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        var infra = (await Kit.CreateAsync()).RegisterFrom(Read(
            $$"""
            { "{{name}}": { "type": "redis" },
              "web": { "type": "container", "image": "{{Kit.Busybox}}", "ports": [8080], "readiness": { "http": "/" },
                "command": ["sh", "-c", "mkdir -p /www && echo hello > /www/index.html && exec httpd -f -p 8080 -h /www"] } }
            """));
        builder.Configuration.AddTestInfrastructure(infra);
        builder.Services.AddTestInfrastructure(infra);
        using (var host = builder.Build())
        {
            await host.StartAsync(Kit.Cancellation);

            await using (var redis = await ConnectionMultiplexer.ConnectAsync(builder.Configuration.GetConnectionString(name)!))
            {
                Assert.True(await redis.GetDatabase(0).StringSetAsync("key", "value"));
            }

            Assert.Same(infra.Get(name), host.Services.GetRequiredKeyedService<RedisService>(name));
            using var client = new HttpClient();
            Assert.Equal("hello\n", await client.GetStringAsync(new Uri("http://" + builder.Configuration["services:web:8080:0"]), Kit.Cancellation));
            Assert.Equal([$"ConnectionStrings__{name}", "services__web__8080__0"], infra.ToEnvironmentVariables().Keys.Order(StringComparer.Ordinal));
            await host.StopAsync(Kit.Cancellation);
        }

        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Container_gets_the_connection_string_at_which_it_reaches_another()
    {
        await using var infra = (await Kit.CreateAsync()).RegisterFrom(Read(
            $$"""
            { "app": { "type": "container", "image": "{{Kit.Busybox}}", "command": ["sleep", "1000"], "environment": { "CACHE": { "connectionString": "cache" } } },
              "cache": { "type": "redis" } }
            """));
        await infra.StartAllAsync(Kit.Cancellation);

        var cache = infra.Get<RedisService>("cache");
        var app = infra.Get<ContainerService>("app");
        var seen = await app.ExecAsync(["sh", "-c", "printf %s \"$CACHE\""], Kit.Cancellation);
        Assert.Equal(cache.NetworkConnectionString, seen.Output);
        var reached = await app.ExecAsync(["sh", "-c", $"nc -w 5 {cache.NetworkHost} 6379 </dev/null"], Kit.Cancellation);
        Assert.Equal(0, reached.ExitCode);
    }

    [Fact]
    public async Task Host_whose_start_fails_leaves_nothing_behind()
    {
        var (name, broken) = (Kit.Unique("cache"), Kit.Unique("broken"));
        await using (await Kit.CreateAsync())
        {
            var builder = Host.CreateEmptyApplicationBuilder(settings: null);
            builder.Services.AddTestInfrastructure(Read(
                $$"""
                { "{{name}}": { "type": "redis" },
                  "{{broken}}": { "type": "container", "image": "{{Kit.Busybox}}", "command": ["sh", "-c", "exit 3"], "ports": [80], "dependsOn": ["{{name}}"] } }
                """));
            using var host = builder.Build();

            await Assert.ThrowsAsync<ServiceStartException>(() => host.StartAsync(Kit.Cancellation));

            Assert.Empty(await Kit.LeftoversAsync(name, broken));
        }
    }

    private static IConfiguration Read(string json) => new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    /// <summary>Another program of this machine may have them, such as a second run of these tests.</summary>
    private static void SkipUnlessFree(params int[] ports)
    {
        foreach (var port in ports)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
            }
            catch (SocketException)
            {
                Assert.Skip($"Port {port} is taken by another program.");
            }
        }
    }
}
