using System.Globalization;

namespace IntegrationKit.Tests.HttpMock;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Requests_of_many_clients_are_answered_at_once()
    {
        const int Clients = 8;
        const int RequestsEach = 60;
        await using var fixture = await MockFixture.StartAsync();
        var arrived = 0;
        var all = new TaskCompletionSource();
        fixture.Mock.When("GET", "/x/{client}/{i}").Respond(async request =>
        {
            // No request is answered before all have arrived.
            if (Interlocked.Increment(ref arrived) == Clients * RequestsEach)
            {
                all.SetResult();
            }

            await all.Task;
            return new MockResponse(200, $"{request.RouteValues["client"]}/{request.RouteValues["i"]}");
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            using var http = fixture.CreateClient();
            return await Task.WhenAll(Enumerable.Range(0, RequestsEach).Select(async i =>
                (Expected: $"{client}/{i}", Actual: await http.GetStringAsync($"/x/{client}/{i}", TestContext.Current.CancellationToken))));
        }));

        Assert.All(answers.SelectMany(a => a), answer => Assert.Equal(answer.Expected, answer.Actual));
        fixture.Mock.Verify("GET", "/x/*", times: Clients * RequestsEach);
    }

    [Fact]
    public async Task Stubs_are_added_and_reset_while_requests_run()
    {
        var mock = new ExternalServiceMock();
        mock.When("POST", "/echo").Respond(request => new MockResponse(200, request.Body));
        await using var fixture = await MockFixture.StartAsync(mock);
        using var done = new CancellationTokenSource();

        var disturb = Enumerable.Range(0, 2).Select(worker => Task.Run(() =>
        {
            for (var round = 0; !done.IsCancellationRequested; round++)
            {
                mock.When("GET", $"/{worker}/{round}").WithQuery("a", "b").Respond(200).ThenRespond(201);
                _ = mock.Requests.Count;
                if (round % 20 == 19)
                {
                    mock.Reset();
                }
            }
        }, TestContext.Current.CancellationToken)).ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async client =>
        {
            using var http = fixture.CreateClient();
            var received = new List<(string Expected, string Actual)>();
            foreach (var batch in Enumerable.Range(0, 100).Chunk(20))
            {
                received.AddRange(await Task.WhenAll(batch.Select(async i =>
                {
                    var sent = string.Create(CultureInfo.InvariantCulture, $"{client}-{i}");
                    using var response = await http.PostAsync("/echo", new StringContent(sent), TestContext.Current.CancellationToken);
                    return (sent, await MockFixture.ReadAsync(response));
                })));
            }

            return received;
        }));
        await done.CancelAsync();
        await Task.WhenAll(disturb);

        Assert.Equal(600, answers.Sum(a => a.Count));
        Assert.All(answers.SelectMany(a => a), answer => Assert.Equal(answer.Expected, answer.Actual));
    }

    [Fact]
    public async Task Stub_that_overrides_another_leaves_no_gap()
    {
        var mock = new ExternalServiceMock();
        mock.When("GET", "/x").Respond(200, "ok");
        await using var fixture = await MockFixture.StartAsync(mock);
        using var done = new CancellationTokenSource();
        var disturb = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                mock.When("GET", "/x").WithHeader("never", "sent").Respond(500);
                mock.When("GET", "/x").Respond(200, "ok");
                mock.Reset();
            }
        }, TestContext.Current.CancellationToken);

        for (var i = 0; i < 500; i++)
        {
            Assert.Equal("ok", await fixture.GetTextAsync("/x"));
        }

        await done.CancelAsync();
        await disturb;
    }
}
