using System.Net.Sockets;
using System.Text;

namespace Scenarios.OwnServices;

public sealed class CacheFixture : InfrastructureFixture
{
    public MemcachedService Cache { get; } = new();

    public FolderService Folder { get; } = new();

    protected override void Configure(TestInfrastructure infra) => infra.Register("cache", Cache).Register("folder", Folder);
}

/// <summary>A service without slices keeps what a test has set until the next reset.</summary>
public sealed class MemcachedTests(CacheFixture infra) : IntegrationTest<CacheFixture>(infra)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Set_is_read_by_get_and_gone_at_the_next_test(int test)
    {
        var port = Infra.Cache.Endpoint(MemcachedService.ContainerPort).Port;
        using var client = new TcpClient("127.0.0.1", port);
        using var answers = new StreamReader(client.GetStream());

        Assert.Equal("END", await AskAsync("get key"));
        Assert.Equal("STORED", await AskAsync($"set key 0 0 1\r\n{test}"));
        Assert.Equal("VALUE key 0 1", await AskAsync("get key"));
        Assert.Equal($"{test}", await answers.ReadLineAsync(Cancellation));
        Assert.Equal($"127.0.0.1:{port}", Infra.Cache.ConnectionString);

        async Task<string?> AskAsync(string command)
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"), Cancellation);
            return await answers.ReadLineAsync(Cancellation);
        }
    }
}

public sealed class FolderTests(CacheFixture infra) : IntegrationTest<CacheFixture>(infra)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void File_is_gone_at_the_next_test(int test)
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(Infra.Folder.Path));
        File.WriteAllText(Path.Combine(Infra.Folder.Path, "file"), $"{test}");
    }
}
