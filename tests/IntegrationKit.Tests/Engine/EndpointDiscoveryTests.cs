using System.Security.Cryptography;
using System.Text;
using IntegrationKit.Engine;

namespace IntegrationKit.Tests.Engine;

public sealed class EndpointDiscoveryTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("ik-");

    private string DockerFolder => Path.Combine(_home.FullName, ".docker");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public void Endpoint_that_was_asked_for_is_the_only_one()
    {
        var found = Find("unix:///asked.sock", ("DOCKER_HOST", "unix:///host.sock"));

        Assert.Equal([new("unix:///asked.sock", "TestInfrastructureOptions.EngineEndpoint")], found);
    }

    [Fact]
    public void Docker_host_is_the_only_one()
    {
        Assert.Equal([new("tcp://box:2375", "DOCKER_HOST")], Find(null, ("DOCKER_HOST", "tcp://box:2375"), ("XDG_RUNTIME_DIR", "/run/user/7")));
    }

    [Fact]
    public void Docker_host_with_tls_is_named_as_an_obstacle()
    {
        var found = Assert.Single(Find(null, ("DOCKER_HOST", "tcp://box:2376"), ("DOCKER_TLS_VERIFY", "1")));

        Assert.Contains("TLS", found.Obstacle, StringComparison.Ordinal);
        Assert.Null(Assert.Single(Find(null, ("DOCKER_HOST", "unix:///a.sock"), ("DOCKER_TLS_VERIFY", "1"))).Obstacle);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Empty_variables_count_as_unset(string empty)
    {
        var found = Find(null, ("DOCKER_HOST", empty), ("XDG_RUNTIME_DIR", empty), ("DOCKER_CONTEXT", empty));

        Assert.Equal(["unix:///var/run/docker.sock", $"unix://{_home.FullName}/.docker/run/docker.sock"], found.Select(c => c.Address));
    }

    [Fact]
    public void Usual_places_come_in_order_when_nothing_is_set()
    {
        var found = Find(null, ("XDG_RUNTIME_DIR", "/run/user/7/"));

        Assert.Equal(
            ["unix:///var/run/docker.sock", "unix:///run/user/7/docker.sock", $"unix://{_home.FullName}/.docker/run/docker.sock"],
            found.Select(candidate => candidate.Address));
    }

    [Fact]
    public void Current_context_comes_first()
    {
        WriteContext(DockerFolder, "work", "tcp://work:2375");
        File.WriteAllText(Path.Combine(DockerFolder, "config.json"), """{"auths":{},"currentContext":"work"}""");

        Assert.Equal(new EndpointCandidate("tcp://work:2375", "docker context work"), Find(null)[0]);
    }

    [Fact]
    public void Context_variable_and_config_variable_are_used()
    {
        var folder = Path.Combine(_home.FullName, "elsewhere");
        WriteContext(folder, "chosen", "unix:///chosen.sock");
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"currentContext":"work"}""");

        var found = Find(null, ("DOCKER_CONFIG", folder), ("DOCKER_CONTEXT", "chosen"));

        Assert.Equal(new EndpointCandidate("unix:///chosen.sock", "docker context chosen"), found[0]);
    }

    [Fact]
    public void Context_at_a_usual_place_is_tried_once()
    {
        WriteContext(DockerFolder, "same", "unix:///var/run/docker.sock");
        File.WriteAllText(Path.Combine(DockerFolder, "config.json"), """{"currentContext":"same"}""");

        Assert.Single(Find(null), candidate => candidate.Address == "unix:///var/run/docker.sock");
    }

    [Theory]
    [InlineData("""{"currentContext":"default"}""")]
    [InlineData("""{"currentContext":"none"}""")]
    [InlineData("""{"currentContext":7}""")]
    [InlineData("""["currentContext"]""")]
    [InlineData("{")]
    [InlineData("")]
    public void Unusable_docker_configuration_is_ignored(string json)
    {
        Directory.CreateDirectory(DockerFolder);
        File.WriteAllText(Path.Combine(DockerFolder, "config.json"), json);

        Assert.Equal("unix:///var/run/docker.sock", Find(null)[0].Address);
    }

    private IReadOnlyList<EndpointCandidate> Find(string? asked, params (string Name, string Value)[] environment) =>
        new EndpointDiscovery(name => environment.FirstOrDefault(variable => variable.Name == name).Value, _home.FullName).Find(asked);

    private static void WriteContext(string folder, string name, string address)
    {
        var meta = Path.Combine(folder, "contexts", "meta", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))));
        Directory.CreateDirectory(meta);
        File.WriteAllText(Path.Combine(meta, "meta.json"), $$"""{"Name":"{{name}}","Endpoints":{"docker":{"Host":"{{address}}","SkipTLSVerify":false} } }""");
    }
}
