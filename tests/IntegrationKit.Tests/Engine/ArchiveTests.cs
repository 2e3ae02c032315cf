using System.Net;
using IntegrationKit.Engine;
using IntegrationKit.Tests.Engine.Support;

namespace IntegrationKit.Tests.Engine;

public sealed class ArchiveTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Archive_is_sent_while_it_is_read_and_is_not_closed()
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
    public async Task Archive_that_is_refused_after_the_engine_has_asked_for_it_carries_the_engines_message()
    {
        await using var fake = new FakeEngine { JudgesBeforeBody = true }.On("PUT /containers/id/archive", async exchange =>
        {
            await exchange.AnswerAsync(404, """{"message":"Could not find the file /a in container id"}""");
            exchange.Cut();
        });
        await using var engine = await fake.ConnectAsync();
        using var tar = new MemoryStream(new byte[8 * 1024 * 1024]);

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.PutArchiveAsync("id", "/a", tar, Cancellation));

        Assert.Equal((HttpStatusCode.NotFound, "Could not find the file /a in container id"), (thrown.Status!.Value, thrown.EngineMessage));
    }

    [Fact]
    public async Task Engine_that_ends_while_an_archive_is_sent_to_it_is_an_error_without_status()
    {
        await using var fake = new FakeEngine { JudgesBeforeBody = true }.On("PUT /containers/id/archive", exchange =>
        {
            exchange.Cut();
            return Task.CompletedTask;
        });
        await using var engine = await fake.ConnectAsync();
        using var tar = new MemoryStream(new byte[8 * 1024 * 1024]);

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.PutArchiveAsync("id", "/a", tar, Cancellation));

        Assert.Null(thrown.Status);
    }

    [Fact]
    public async Task Archive_that_is_refused_while_it_is_sent_carries_the_engines_message()
    {
        await using var fake = new FakeEngine().On("PUT /containers/id/archive", 500, """{"message":"no space left on device"}""");
        await using var engine = await fake.ConnectAsync();
        using var tar = new MemoryStream(new byte[100_000]);

        var thrown = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.PutArchiveAsync("id", "/a", tar, Cancellation));

        Assert.Equal("no space left on device", thrown.EngineMessage);
    }
}
