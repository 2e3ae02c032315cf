using IntegrationKit.Engine;
using IntegrationKit.Launching.Containers;
using IntegrationKit.Tests.Engine.Support;
using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Launching;

public sealed class ImageResolverTests
{
    private const string Image = """{"Id":"sha256:1","Architecture":"amd64","Os":"linux","Config":{}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pull_that_fails_after_its_caller_was_cancelled_is_tried_again_for_the_next_one()
    {
        var (asked, refuse, ended) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var pulls = 0;
        await using var fake = new FakeEngine()
            .On("GET /images/acme/api:1/json", exchange => exchange.AnswerAsync(pulls > 1 ? 200 : 404, pulls > 1 ? Image : """{"message":"no such image"}"""))
            .On("GET /images/json", async exchange =>
            {
                await exchange.AnswerAsync(200, "[]");
                ended.TrySetResult();
            })
            .On("POST /images/create", async exchange =>
            {
                if (++pulls == 1)
                {
                    asked.SetResult();
                    await refuse.Task;
                    await exchange.AnswerAsync(500, """{"message":"the registry is down"}""");
                }
                else
                {
                    await exchange.AnswerAsync(200, "{\"status\":\"done\"}\n");
                }
            });
        await using var engine = await fake.ConnectAsync();
        var images = new ImageResolver(engine, CancellationToken.None);
        using var caller = new CancellationTokenSource();
        var first = images.ResolveAsync("acme/api:1", _ => { }, caller.Token);
        await asked.Task.Soon();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());

        refuse.SetResult();
        await ended.Task.Soon();
        var second = await SecondAsync();

        Assert.Equal("amd64", second.Architecture);
        Assert.Equal(2, pulls);

        // One who comes while the pull is failing hears of that.
        async Task<ImageDetails> SecondAsync()
        {
            while (true)
            {
                try
                {
                    return await images.ResolveAsync("acme/api:1", _ => { }, Cancellation).Soon();
                }
                catch (ImageUnavailableException) when (pulls == 1)
                {
                    await Task.Yield();
                }
            }
        }
    }
}
