using IntegrationKit.Engine;

namespace IntegrationKit.Tests.Engine;

public sealed class EngineAddressTests
{
    [Theory]
    [InlineData("unix:///var/run/docker.sock", "unix:///var/run/docker.sock", "/var/run/docker.sock")]
    [InlineData("/var/run/docker.sock", "unix:///var/run/docker.sock", "/var/run/docker.sock")]
    [InlineData("unix:///a b/c#d?e%20", "unix:///a%20b/c%23d%3Fe%2520", "/a b/c#d?e%20")]
    public void Unix_addresses_are_read(string text, string shown, string path)
    {
        var endpoint = new EngineEndpoint(EngineAddress.Parse(text, out _)!, "test");

        Assert.Equal((shown, path, "127.0.0.1", true), (endpoint.ToString(), endpoint.SocketPath, endpoint.PublishedHost, endpoint.IsLocal));
    }

    [Theory]
    [InlineData("tcp://box:4000", "tcp://box:4000", "box", false)]
    [InlineData("tcp://box", "tcp://box:2375", "box", false)]
    [InlineData("http://box:80/", "tcp://box:80", "box", false)]
    [InlineData("tcp://127.0.0.1:2375", "tcp://127.0.0.1:2375", "127.0.0.1", true)]
    [InlineData("tcp://localhost:2375", "tcp://localhost:2375", "127.0.0.1", true)]
    [InlineData("tcp://[::1]:2375", "tcp://[::1]:2375", "127.0.0.1", true)]
    public void Tcp_addresses_are_read(string text, string shown, string published, bool local)
    {
        var endpoint = new EngineEndpoint(EngineAddress.Parse(text, out _)!, "test");

        Assert.Equal((shown, null, published, local), (endpoint.ToString(), endpoint.SocketPath, endpoint.PublishedHost, endpoint.IsLocal));
    }

    [Theory]
    [InlineData("box:2375", "malformed address")]
    [InlineData("tcp://", "malformed address")]
    [InlineData("not an address", "malformed address")]
    [InlineData("unix://var/run/docker.sock", "begins with a slash")]
    [InlineData("ftp://box", "malformed address")]
    [InlineData("npipe:////./pipe/docker_engine", "npipe is not supported yet")]
    [InlineData("ssh://me@box", "ssh is not supported yet")]
    [InlineData("https://box:2376", "TLS is not supported yet")]
    public void Other_addresses_have_a_reason(string text, string reason)
    {
        Assert.Null(EngineAddress.Parse(text, out var given));
        Assert.Contains(reason, given, StringComparison.Ordinal);
    }
}
