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
    public void Current_context_is_the_only_one()
    {
        WriteContext(DockerFolder, "work", "tcp://work:2375");
        WriteConfig("""{"auths":{},"currentContext":"work"}""");

        Assert.Equal([new("tcp://work:2375", "docker context work")], Find(null, ("XDG_RUNTIME_DIR", "/run/user/7")));
    }

    [Fact]
    public void Context_variable_wins_over_the_current_context_and_is_read_in_the_folder_that_was_chosen()
    {
        var folder = Path.Combine(_home.FullName, "elsewhere");
        WriteContext(folder, "chosen", "unix:///chosen.sock");
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"currentContext":"work"}""");

        Assert.Equal([new("unix:///chosen.sock", "docker context chosen")], Find(null, ("DOCKER_CONFIG", folder), ("DOCKER_CONTEXT", "chosen")));
    }

    [Fact]
    public void Docker_host_wins_over_contexts()
    {
        WriteContext(DockerFolder, "work", "tcp://work:2375");
        WriteConfig("""{"currentContext":"work"}""");

        Assert.Equal([new("unix:///host.sock", "DOCKER_HOST")], Find(null, ("DOCKER_HOST", "unix:///host.sock"), ("DOCKER_CONTEXT", "nosuchcontext")));
    }

    [Fact]
    public void Default_context_is_the_default_socket()
    {
        WriteContext(DockerFolder, "work", "tcp://work:2375");
        WriteConfig("""{"currentContext":"work"}""");

        Assert.Equal([new("unix:///var/run/docker.sock", "docker context default")], Find(null, ("DOCKER_CONTEXT", "default"), ("XDG_RUNTIME_DIR", "/run/user/7")));
    }

    [Fact]
    public void Context_that_does_not_exist_is_refused_with_the_reason()
    {
        WriteConfig("""{"currentContext":"gone"}""");

        var chosen = Assert.Single(Find(null, ("DOCKER_CONTEXT", "nosuchcontext")));
        var current = Assert.Single(Find(null));

        Assert.Equal(("docker context nosuchcontext", "DOCKER_CONTEXT"), (chosen.Address, chosen.Source));
        Assert.Equal(("docker context gone", Path.Combine(DockerFolder, "config.json")), (current.Address, current.Source));
        Assert.All([chosen, current], each => Assert.StartsWith($"there is no such context in {DockerFolder}", each.Obstacle, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("{}", "names no engine")]
    [InlineData("""{"Endpoints":{"docker":{}}}""", "names no engine")]
    [InlineData("""{"Endpoints":{"docker":{"Host":"tcp://work:2376","SkipTLSVerify":true}}}""", "TLS is not supported yet")]
    public void Context_that_cannot_be_used_is_refused_with_the_reason(string meta, string reason)
    {
        WriteMeta(DockerFolder, "work", meta);

        Assert.Contains(reason, Assert.Single(Find(null, ("DOCKER_CONTEXT", "work"))).Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Context_with_certificates_is_refused_unless_it_is_a_socket()
    {
        foreach (var (name, address) in (ReadOnlySpan<(string, string)>)[("work", "tcp://work:2376"), ("socket", "unix:///a.sock")])
        {
            WriteContext(DockerFolder, name, address);
            Directory.CreateDirectory(Path.Combine(DockerFolder, "contexts", "tls", IdOf(name), "docker"));
        }

        Assert.Contains("TLS is not supported yet", Assert.Single(Find(null, ("DOCKER_CONTEXT", "work"))).Obstacle, StringComparison.Ordinal);
        Assert.Null(Assert.Single(Find(null, ("DOCKER_CONTEXT", "socket"))).Obstacle);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"auths":{} }""")]
    [InlineData("""{"currentContext":""}""")]
    public void Docker_configuration_without_a_context_leaves_the_usual_places(string json)
    {
        WriteConfig(json);

        Assert.Equal(["unix:///var/run/docker.sock", $"unix://{_home.FullName}/.docker/run/docker.sock"], Find(null).Select(each => each.Address));
    }

    [Theory]
    [InlineData("""{"currentContext":7}""")]
    [InlineData("""["currentContext"]""")]
    [InlineData("{")]
    public void Docker_configuration_that_cannot_be_read_is_refused_with_the_reason(string json)
    {
        WriteConfig(json);

        Assert.Contains("set DOCKER_CONTEXT or DOCKER_HOST", Assert.Single(Find(null)).Obstacle, StringComparison.Ordinal);
    }

    private IReadOnlyList<EndpointCandidate> Find(string? asked, params (string Name, string Value)[] environment) =>
        new EndpointDiscovery(name => environment.FirstOrDefault(variable => variable.Name == name).Value, _home.FullName).Find(asked);

    private static string IdOf(string context) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(context)));

    private static void WriteContext(string folder, string name, string address) =>
        WriteMeta(folder, name, $$"""{"Name":"{{name}}","Endpoints":{"docker":{"Host":"{{address}}","SkipTLSVerify":false} } }""");

    private static void WriteMeta(string folder, string name, string json)
    {
        var meta = Path.Combine(folder, "contexts", "meta", IdOf(name));
        Directory.CreateDirectory(meta);
        File.WriteAllText(Path.Combine(meta, "meta.json"), json);
    }

    private void WriteConfig(string json)
    {
        Directory.CreateDirectory(DockerFolder);
        File.WriteAllText(Path.Combine(DockerFolder, "config.json"), json);
    }
}
