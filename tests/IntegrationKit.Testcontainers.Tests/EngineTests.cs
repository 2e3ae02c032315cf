using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Images;
using IntegrationKit.Testcontainers.Tests.Support;

namespace IntegrationKit.Testcontainers.Tests;

/// <summary>How Testcontainers and the library get along on one engine.</summary>
public sealed class EngineTests
{
    private const string Variable = "DOCKER_API_VERSION";

    [Fact]
    public async Task No_resource_reaper_is_started()
    {
        await using var infra = (await Kit.CreateAsync()).Register("redis", Kit.Redis());
        await infra.StartAllAsync(Kit.Cancellation);

        await using var engine = await Kit.ConnectAsync();
        Assert.DoesNotContain(await engine.Containers.ListAsync([], Kit.Cancellation), each => each.Image.Contains("ryuk", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Resource_reaper_is_started_where_that_is_asked_for()
    {
        // Of an image that is nowhere, so that the attempt shows.
        TestcontainersSettings.ResourceReaperImage = new DockerImage("integrationkit.invalid/reaper:1");
        var service = new TestcontainersService<IContainer>(labels => Kit.Shell("exec sleep 1000").WithLabel(labels).Build()) { ResourceReaper = true };

        var error = await Kit.StartFailsAsync(service);

        Assert.Contains("integrationkit.invalid", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("true", false)]
    [InlineData("false", true)]
    [InlineData("False", true)]
    public void Resource_reaper_is_wanted_only_where_the_variable_says_so(string? variable, bool isWanted) => Assert.Equal(isWanted, Reaper.IsAskedFor(variable));

    [Fact]
    public void Labels_keep_the_reaper_away_from_one_container_only()
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["owner"] = "this test" };

        Assert.Equal(Guid.Empty.ToString("D"), Reaper.Choose(labels, isWanted: false)[ResourceReaper.ResourceReaperSessionLabel]);
        Assert.Equal(labels, Reaper.Choose(labels, isWanted: true));
        Assert.True(TestcontainersSettings.ResourceReaperEnabled);
    }

    [Fact]
    public async Task Testcontainers_speaks_a_version_that_the_engine_speaks_and_the_environment_stays_as_it_was()
    {
        var before = Environment.GetEnvironmentVariable(Variable);
        await using var infra = (await Kit.CreateAsync()).Register("redis", Kit.Redis());

        await infra.StartAllAsync(Kit.Cancellation);

        await using var engine = await Kit.ConnectAsync();
        Assert.InRange(new DockerEndpointAuthenticationConfiguration(new Uri("tcp://127.0.0.1")).Version, new Version(1, 24), engine.ApiVersion);
        Assert.Equal(before, Environment.GetEnvironmentVariable(Variable));
    }

    [Fact]
    public async Task Version_that_was_settled_before_and_that_the_engine_does_not_speak_is_told()
    {
        await using var engine = await Kit.ConnectAsync();
        Assert.SkipUnless(engine.ApiVersion < new Version(1, 44), $"The engine speaks {engine.ApiVersion}.");

        await using var owner = await Owner.LaunchAsync("early");

        Assert.Equal("asks for 1.44", await owner.UntilAsync("asks"));
        var failed = await owner.UntilAsync("failed");
        Assert.Contains($"Testcontainers asks for version 1.44 of the engine's API, and the engine at {engine.Endpoint} speaks {engine.ApiVersion} at most.", failed, StringComparison.Ordinal);
        Assert.Contains($"Set the environment variable {Variable} to {engine.ApiVersion}", failed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_on_another_engine_is_told()
    {
        await using var engine = await Kit.ConnectAsync();
        Assert.SkipWhen(engine.Endpoint.SocketPath is null, "The engine is reached by TCP.");
        await using var elsewhere = new BlindProxy(engine.Endpoint);

        var error = await Kit.StartFailsAsync(Kit.Redis(), new() { EngineEndpoint = elsewhere.Endpoint });

        Assert.Contains($"The engine at {elsewhere.Endpoint} has no container", error.Message, StringComparison.Ordinal);
        Assert.Contains($"Testcontainers uses {engine.Endpoint}: set DOCKER_HOST for both", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_of_a_connection_string_is_redacted()
    {
        var since = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var service = new TestcontainersService<IDatabaseContainer>(labels => DatabaseProxy.Around(
            Kit.Shell("echo login by battery-staple && exec sleep 1000").WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("login")).WithLabel(labels).Build(),
            "Host=127.0.0.1;Username=app;Password=battery-staple"));
        await using var infra = (await Kit.CreateAsync()).Register("database", service);

        await infra.StartAllAsync(Kit.Cancellation);

        var line = await infra.ReadLogsAsync(since, Kit.Cancellation).SingleAsync(Kit.Cancellation);
        Assert.Equal("login by ***", line.Line.Text);
    }
}
