using System.Text;
using IntegrationKit.Services.Redis;
using IntegrationKit.Tests.Readiness.Support;

namespace IntegrationKit.Tests.Services.Redis;

/// <summary>Whatever answers in Redis' place cannot use up the memory: the reading stops, and the error says why.</summary>
public sealed class RespConnectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "x", "the answer to AUTH is not Redis': its first line does not end within 64 KiB, and begins with: xxxxxxxxxx")]
    [InlineData("+", "x", "does not end within 64 KiB")]
    [InlineData("-ERR ", "x", "does not end within 64 KiB")]
    [InlineData("*2147483647\r\n", ":1\r\n", "the answer to AUTH, or to what was asked along with it, is longer than 64 MiB, and the rest of it was not read")]
    [InlineData("$2147483647\r\n", "x", "is longer than 64 MiB")]
    [InlineData("", "*1\r\n", "the answer to AUTH is not Redis': *1")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "x", "the answer to AUTH is not Redis': HTTP/1.1 400 Bad Request")]
    public async Task Answer_without_an_end_is_given_up(string begin, string endless, string reason)
    {
        var sent = 0L;
        await using var server = new LoopbackServer(async (socket, token) =>
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(begin), token);
            var block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(endless, 10_000)));
            while (true)
            {
                sent += await socket.SendAsync(block, token);
            }
        });

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var error = await Assert.ThrowsAsync<IOException>(() => RespConnection.OpenAsync(new("127.0.0.1", server.Port), user: null, "secret", limit.Token));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);

        // What the sockets hold, and no more.
        Assert.InRange(Volatile.Read(ref sent), 0, 32 * 1024 * 1024);
    }

    [Fact]
    public async Task Errors_among_answers_do_not_put_the_others_out_of_order()
    {
        await using var server = new LoopbackServer(async (socket, token) =>
        {
            await socket.SendAsync("+OK\r\n"u8.ToArray(), token);
            await socket.SendAsync("-ERR no\r\n*2\r\n*1\r\n:1\r\n$2\r\nab\r\n+last\r\n$-1\r\n"u8.ToArray(), token);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
        await using var redis = await RespConnection.OpenAsync(new("127.0.0.1", server.Port), "user", "secret", Cancellation);

        var answers = await redis.AskAllAsync([["A"], ["B"], ["C"]], Cancellation);

        Assert.Equal(["ERR no", null, null], answers.Select(each => each.Error));
        Assert.Equal(["1", "ab"], answers[1].Values);
        Assert.Equal("last", Assert.Single(answers[2].Values));
        Assert.Null(await redis.SendAsync(Cancellation, "D"));
    }
}
