using System.Reflection;
using IntegrationKit.Hosting;
using Microsoft.Extensions.Configuration;

namespace IntegrationKit.Tests.Hosting;

public sealed class RegisterFromTests
{
    [Fact]
    public void The_first_document_of_the_project_loads_unchanged()
    {
        var infra = Json.Load("""{ "postgres": { "type": "postgres", "port": 5433 }, "redis": { "type": "redis", "port": 6380 }, "api": { "type": "api", "port": 3001 } }""");

        Assert.Equal(["api", "postgres", "redis"], infra.Services.Select(each => each.Name).Order());
        Assert.Equal(5433, infra.Get<PostgresService>("postgres").Port);
        Assert.Equal(6380, infra.Get<RedisService>("redis").Port);
        Assert.Equal(3001, infra.Get<ExternalServiceMock>("api").Port);
        Assert.Equal(404, infra.Get<ExternalServiceMock>("api").UnmatchedStatus);
        Assert.All(infra.Services, each => Assert.Equal(ServiceState.Registered, each.State));
    }

    [Fact]
    public async Task Api_answers_unknown_routes_with_404()
    {
        await using var infra = Json.Load("""{ "api": { "type": "api" } }""");
        await infra.StartAllAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = infra.Get<ExternalServiceMock>("api").BaseAddress };

        using var answer = await client.GetAsync(new Uri("/nowhere", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(404, (int)answer.StatusCode);
    }

    [Fact]
    public void Postgres_takes_every_setting()
    {
        var script = Path.Combine(AppContext.BaseDirectory, Guid.NewGuid().ToString("N") + ".sql");
        File.WriteAllText(script, "SELECT 1");
        try
        {
            var postgres = Json.Load($$"""
                { "db": { "type": "postgres", "image": "postgres:16", "port": 5433, "database": "orders", "user": "me", "password": "secret",
                  "initScripts": ["{{Path.GetFileName(script)}}"], "settings": { "work_mem": "8MB", "jit": "off" }, "durable": true,
                  "labels": { "com.acme.team": "a" }, "networkAlias": "db", "memoryLimit": 268435456, "stopGracefully": true,
                  "startTimeout": "00:01:30" } }
                """).Get<PostgresService>("db");

            Assert.Equal(("postgres:16", 5433, "orders", "me", "secret"), (postgres.Image, postgres.Port, postgres.Database, postgres.User, postgres.Password));
            Assert.Equal([Path.GetFileName(script)], postgres.InitScripts);
            Assert.Equal(new Dictionary<string, string> { ["work_mem"] = "8MB", ["jit"] = "off" }, postgres.Settings);
            Assert.Equal(new Dictionary<string, string> { ["com.acme.team"] = "a" }, postgres.Labels);
            Assert.Equal((true, "db", 268435456L, true), (postgres.Durable, postgres.NetworkAlias, postgres.MemoryLimit, postgres.StopGracefully));
            Assert.Equal(TimeSpan.FromSeconds(90), postgres.StartTimeout);
        }
        finally
        {
            File.Delete(script);
        }
    }

    [Fact]
    public void Container_takes_every_setting()
    {
        var container = Json.Load("""
            { "app": { "type": "container", "image": "acme/app:1", "command": ["run", "--fast"], "entrypoint": ["/bin/app"],
              "environment": { "MODE": "test", "EMPTY": "" }, "ports": [8080, "18081:8081"], "tmpfs": ["/data:size=64m"],
              "readiness": { "http": "/health", "port": 8081, "status": 204 } } }
            """).Get<ContainerService>("app");

        Assert.Equal("acme/app:1", container.Image);
        Assert.Equal(["run", "--fast"], container.Command);
        Assert.Equal(["/bin/app"], container.Entrypoint);
        Assert.Equal([("MODE", "test"), ("EMPTY", "")], container.Environment.Select(each => (each.Key, each.Value.Read())).OrderByDescending(each => each.Key));
        Assert.Equal([8080, new PublishedPort(8081, 18081)], container.Ports);
        Assert.Equal(["/data:size=64m"], container.Tmpfs);
        Assert.Equal(Probe.Http("/health", 8081, 204).ToString(), container.Readiness?.ToString());
    }

    [Fact]
    public void Settings_that_are_not_given_keep_their_defaults()
    {
        var (loaded, made) = (Json.Load("""{ "db": { "type": "postgres", "port": null, "initScripts": [] } }""").Get<PostgresService>("db"), new PostgresService());

        Assert.Equal((made.Image, made.Port, made.Database, made.User), (loaded.Image, loaded.Port, loaded.Database, loaded.User));
        Assert.Equal((made.Password, made.StartTimeout, made.Durable), (loaded.Password, loaded.StartTimeout, loaded.Durable));
        Assert.Empty(loaded.InitScripts);
    }

    [Fact]
    public void Every_setting_of_the_library_but_delegates_can_stand_in_a_configuration()
    {
        var unreadable = typeof(TestService).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(TestService)))
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Where(each => each.SetMethod is { IsPublic: true } && !each.PropertyType.IsAssignableTo(typeof(Delegate)) && !SettingReader.CanRead(each.PropertyType));

        Assert.Empty(unreadable.Select(each => $"{each.DeclaringType!.Name}.{each.Name}"));
    }

    [Fact]
    public void Keys_and_types_are_known_in_any_case() =>
        Assert.Equal(5433, Json.Load("""{ "db": { "Type": "Postgres", "PORT": 5433 } }""").Get<PostgresService>("db").Port);

    [Fact]
    public void A_section_is_read_as_the_root_is()
    {
        var configuration = Json.Read("""{ "other": 1, "services": { "cache": { "type": "redis" } } }""");

        var infra = new TestInfrastructure().RegisterFrom(configuration.GetSection("services"));

        Assert.Equal("cache", Assert.Single(infra.Services).Name);
    }

    [Fact]
    public void Environment_variables_override_a_document()
    {
        var configuration = new ConfigurationBuilder()
            .AddConfiguration(Json.Read("""{ "services": { "db": { "type": "postgres", "port": 5433 } } }"""))
            .AddInMemoryCollection([new("services:db:port", "6000")])
            .Build();

        Assert.Equal(6000, new TestInfrastructure().RegisterFrom(configuration.GetSection("services")).Get<PostgresService>("db").Port);
    }

    [Fact]
    public void Services_are_added_to_those_that_are_registered_and_may_depend_on_them()
    {
        var redis = new RedisService();
        var infra = new TestInfrastructure().Register("redis", redis)
            .RegisterFrom(Json.Read("""{ "app": { "type": "container", "image": "a", "dependsOn": ["redis", "zoo"] }, "zoo": { "type": "container", "image": "z" } }"""));

        Assert.Equal([redis, infra.Get("zoo")], infra.Get("app").DependsOn);
    }

    [Fact]
    public void Environment_may_take_the_connection_string_of_another_service()
    {
        var infra = Json.Load("""{ "app": { "type": "container", "image": "a", "environment": { "DB": { "connectionString": "db" } } }, "db": { "type": "postgres" } }""");

        var app = infra.Get<ContainerService>("app");
        Assert.Same(infra.Get("db"), app.Environment["DB"].Service);
        Assert.Equal([infra.Get("db")], app.GetDependencies());
        var early = Assert.Throws<InvalidOperationException>(() => app.Environment["DB"].Read());
        Assert.Contains("NetworkConnectionString of service 'db' is known only while it runs", early.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_registered_while_services_run()
    {
        await using var infra = new TestInfrastructure().Register("own", new OwnService());
        await infra.StartAllAsync(TestContext.Current.CancellationToken);

        Assert.Throws<InvalidOperationException>(() => infra.RegisterFrom(Json.Read("""{ "a": { "type": "redis" }, "b": { "type": "redis" } }""")));

        Assert.Single(infra.Services);
    }

    [Theory]
    [InlineData("""{ "tcp": 8080 }""", nameof(Probe.Tcp))]
    [InlineData("""{ "https": "/up", "port": 8080 }""", nameof(Probe.Https))]
    [InlineData("""{ "log": "ready", "times": 2 }""", nameof(Probe.Log))]
    [InlineData("""{ "command": ["pg_isready", "-q"] }""", nameof(Probe.Command))]
    [InlineData("""{ "healthCheck": true }""", nameof(Probe.HealthCheck))]
    public void Readiness_names_the_probe(string readiness, string kind)
    {
        var expected = kind switch
        {
            nameof(Probe.Tcp) => Probe.Tcp(8080),
            nameof(Probe.Https) => Probe.Https("/up", 8080),
            nameof(Probe.Log) => Probe.Log("ready", 2),
            nameof(Probe.Command) => Probe.Command("pg_isready", "-q"),
            _ => Probe.HealthCheck(),
        };

        var app = Json.Load($$"""{ "app": { "type": "container", "image": "a", "ports": [8080], "readiness": {{readiness}} } }""").Get<ContainerService>("app");

        Assert.IsType(expected.GetType(), app.Readiness);
        Assert.Equal(expected.ToString(), app.Readiness!.ToString());
    }
}
