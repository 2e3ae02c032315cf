using System.Net;
using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

public sealed class ArchiveTests
{
    private const string Stat = "X-Docker-Container-Path-Stat: eyJuYW1lIjoiYSJ9";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Archive_is_sent_as_it_is_read_and_stays_its_owners()
    {
        await using var fake = new FakeEngine().On("PUT /containers/id/archive", 200, "");
        await using var engine = await fake.ConnectAsync();
        using var tar = new MemoryStream([.. Enumerable.Range(0, 100_000).Select(i => (byte)i)]);

        await engine.Containers.PutArchiveAsync("id", "/a b", tar, Cancellation);

        var sent = fake.Requests[^1];
        Assert.Equal(tar.ToArray(), sent.Body);
        Assert.Equal(("path=/a b", "application/x-tar", "chunked"), (sent.Query, sent.Headers["content-type"], sent.Headers["transfer-encoding"]));
        Assert.True(tar.CanRead);
    }

    [Fact]
    public async Task Archive_that_is_refused_is_not_sent()
    {
        await using var fake = new FakeEngine();
        await using var engine = await fake.ConnectAsync();
        using var tar = new MemoryStream(new byte[100_000]);

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.PutArchiveAsync("id", "/a", tar, Cancellation));

        Assert.Equal((HttpStatusCode.NotFound, "unpack an archive into /a of container id"), (thrown.Status!.Value, thrown.Request));
        Assert.Equal(0, tar.Position);
    }

    [Fact]
    public async Task Archive_that_is_refused_while_it_is_sent_carries_the_engines_words()
    {
        await using var fake = new FakeEngine().On("PUT /containers/id/archive", 500, """{"message":"no space left on device"}""");
        await using var engine = await fake.ConnectAsync();
        using var tar = new MemoryStream(new byte[100_000]);

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.PutArchiveAsync("id", "/a", tar, Cancellation));

        Assert.Equal("no space left on device", thrown.EngineMessage);
    }

    [Fact]
    public async Task Archive_is_received_as_a_stream()
    {
        var read = new TaskCompletionSource();
        await using var fake = new FakeEngine().On("GET /containers/id/archive", async exchange =>
        {
            await exchange.HeadAsync(200, Stat, "Content-Type: application/x-tar", "Transfer-Encoding: chunked");
            await exchange.ChunkAsync("first");
            await read.Task;
            await exchange.ChunkAsync("last");
            await exchange.EndChunksAsync();
        });
        await using var engine = await fake.ConnectAsync();

        await using var stream = await engine.Containers.GetArchiveAsync("id", "/a", Cancellation);
        var first = new byte[5];
        await stream.ReadExactlyAsync(first, Cancellation);
        read.SetResult();
        using var reader = new StreamReader(stream);

        Assert.Equal("first"u8.ToArray(), first);
        Assert.Equal("last", await reader.ReadToEndAsync(Cancellation));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked", "5\r\nfir")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nfirst\r\n")]
    [InlineData("Content-Length: 100", "first")]
    public async Task Archive_that_breaks_off_is_an_error_to_its_reader(string header, string sent)
    {
        await using var fake = new FakeEngine().On("GET /containers/id/archive", async exchange =>
        {
            await exchange.HeadAsync(200, Stat, header);
            await exchange.WriteAsync(sent);
            exchange.Cut();
        });
        await using var engine = await fake.ConnectAsync();

        await using var awaited = await engine.Containers.GetArchiveAsync("id", "/a", Cancellation);
        await using var blocking = await engine.Containers.GetArchiveAsync("id", "/a", Cancellation);
        var thrown = await Assert.ThrowsAsync<EngineException>(() => awaited.CopyToAsync(Stream.Null, Cancellation));
        var thrownToo = Assert.Throws<EngineException>(() => ReadToEnd(blocking));

        Assert.All([thrown, thrownToo], broken => Assert.Equal((null, "pack /a of container id"), (broken.Status, broken.Request)));
    }

    [Theory]
    [InlineData("X-Other: 1")]
    [InlineData("X-Docker-Container-Path-Stat: not base64!")]
    public async Task Archive_without_its_description_is_an_error(string header)
    {
        await using var fake = new FakeEngine().On("GET /containers/id/archive", async exchange =>
        {
            await exchange.HeadAsync(200, header, "Content-Length: 0");
        });
        await using var engine = await fake.ConnectAsync();

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.GetArchiveAsync("id", "/a", Cancellation));

        Assert.Null(thrown.Status);
    }

    private static void ReadToEnd(Stream stream)
    {
        var buffer = new byte[10];
        while (stream.Read(buffer, 0, buffer.Length) > 0)
        {
        }
    }
}
