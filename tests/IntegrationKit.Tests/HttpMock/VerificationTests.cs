namespace IntegrationKit.Tests.HttpMock;

public sealed class VerificationTests
{
    [Fact]
    public async Task Verify_counts_exactly()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/payments").Respond(200);
        using var first = await fixture.PostJsonAsync("/payments", "{}");
        fixture.Mock.Verify("POST", "/payments");
        fixture.Mock.Verify("POST", "/payments", times: 1);
        using var second = await fixture.PostJsonAsync("/payments", "{}");

        fixture.Mock.Verify("post", "/payments", times: 2);
        Assert.Throws<VerificationException>(() => fixture.Mock.Verify("POST", "/payments"));
        Assert.Throws<VerificationException>(() => fixture.Mock.Verify("POST", "/payments", times: 3));
        Assert.Throws<VerificationException>(() => fixture.Mock.Verify("POST", "/payments", times: 0));
    }

    [Fact]
    public async Task VerifyAtLeast_accepts_more()
    {
        await using var fixture = await MockFixture.StartAsync();
        using var first = await fixture.GetAsync("/x");
        using var second = await fixture.GetAsync("/x");

        fixture.Mock.VerifyAtLeast("GET", "/x");
        fixture.Mock.VerifyAtLeast("GET", "/x", times: 2);
        var error = Assert.Throws<VerificationException>(() => fixture.Mock.VerifyAtLeast("GET", "/x", times: 3));

        Assert.True(error.IsMinimum);
        Assert.Contains("expected GET /x at least 3 times, but it arrived 2 times.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyNever_fails_where_it_arrived()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.VerifyNever("GET", "/x");
        using var response = await fixture.GetAsync("/x");

        fixture.Mock.VerifyNever("POST", "/x");
        var error = Assert.Throws<VerificationException>(() => fixture.Mock.VerifyNever("GET", "/x"));

        Assert.Contains("expected GET /x never, but it arrived 1 time.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", "*", 3)]
    [InlineData("GET", "*", 2)]
    [InlineData("GET", "/orders/{id}", 2)]
    [InlineData("GET", "/orders/*", 2)]
    [InlineData("GET", "/orders/{id}?page=2", 1)]
    [InlineData("*", "/orders/7", 2)]
    [InlineData("GET", "/orders", 0)]
    public async Task Verify_path_may_have_parameters_wildcard_and_query(string method, string path, int times)
    {
        await using var fixture = await MockFixture.StartAsync();
        using var first = await fixture.GetAsync("/orders/7?page=2");
        using var second = await fixture.GetAsync("/orders/8");
        using var third = await fixture.PostJsonAsync("/orders/7", "{}");

        fixture.Mock.Verify(method, path, times);
    }

    [Fact]
    public async Task Verify_matching_sees_the_request()
    {
        await using var fixture = await MockFixture.StartAsync();
        using var first = await fixture.PostJsonAsync("/payments/7", """{"amount":100}""");
        using var second = await fixture.PostJsonAsync("/payments/8", """{"amount":200}""");

        fixture.Mock.Verify("POST", "/payments/*", matching: r => r.ReadJson<Payment>()!.Amount == 100);
        fixture.Mock.Verify("POST", "/payments/{id}", matching: r => r.RouteValues["id"] == "8");
        fixture.Mock.VerifyAtLeast("POST", "/payments/*", times: 2, matching: r => r.Body.Length > 0);
        fixture.Mock.VerifyNever("POST", "/payments/*", matching: r => r.ReadJson<Payment>()!.Amount > 200);
        var error = Assert.Throws<VerificationException>(() =>
            fixture.Mock.Verify("POST", "/payments/*", matching: r => r.ReadJson<Payment>()!.Amount == 1));

        Assert.Contains("expected POST /payments/* matching r => r.ReadJson<Payment>()!.Amount == 1 exactly 1 time", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_matching_that_throws_is_an_error()
    {
        await using var fixture = await MockFixture.StartAsync();
        using var response = await fixture.PostJsonAsync("/x", "not json");

        var error = Assert.Throws<System.Text.Json.JsonException>(() =>
            fixture.Mock.VerifyNever("POST", "/x", matching: r => r.ReadJson<Payment>()!.Amount == 1));

        Assert.Contains("The body of POST /x cannot be read as Payment", error.Message, StringComparison.Ordinal);
        Assert.Contains("not json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_shows_what_arrived_aligned()
    {
        var time = new ManualTime();
        await using var fixture = await MockFixture.StartAsync(time: time);
        fixture.Mock.When("POST", "/payments").Respond(200);
        fixture.Mock.When("GET", "/unfinished");
        using var first = await fixture.PostJsonAsync("/payments", """{"amount":100}""");
        time.Now += TimeSpan.FromSeconds(1.5);
        using var second = await fixture.PostJsonAsync("/payments?retry=true", """{"amount":100,"cardToken":"s3cret"}""");
        using var third = await fixture.GetAsync("/health?api_key=s3cret");
        using var fourth = await fixture.GetAsync("/unfinished");

        var error = Assert.Throws<VerificationException>(() => fixture.Mock.Verify("POST", "/payments", times: 1));

        Assert.Equal(
            """
            Service 'payments': expected POST /payments exactly 1 time, but it arrived 2 times.
            4 requests arrived (> counts):
            > 03:04:05.678  POST  /payments             {"amount":100}
            > 03:04:07.178  POST  /payments?retry=true  {"amount":100,"cardToken":"***"}
              03:04:07.178  GET   /health?api_key=***   [not mocked]
              03:04:07.178  GET   /unfinished           [stub has no answer]
            """,
            error.Message, ignoreLineEndingDifferences: true);
        Assert.Equal("payments", error.Service);
        Assert.Equal(("POST", "/payments"), (error.Method, error.Path));
        Assert.Equal((1, 2, false), (error.ExpectedTimes, error.ActualTimes, error.IsMinimum));
        Assert.Equal(4, error.Received.Count);
        Assert.IsType<IntegrationKitException>(error, exactMatch: false);
    }

    [Fact]
    public async Task Failure_without_any_request_asks_for_the_address()
    {
        await using var fixture = await MockFixture.StartAsync();

        var error = Assert.Throws<VerificationException>(() => fixture.Mock.Verify("POST", "/payments"));

        Assert.Equal(
            "Service 'payments': expected POST /payments exactly 1 time, but no such request arrived." + Environment.NewLine +
            $"No request arrived at all: does the code under test send to {fixture.Mock.BaseAddress}?", error.Message);
    }

    [Fact]
    public async Task Failure_is_about_forty_lines_at_most_and_shows_those_that_count()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/boom").Respond(_ => throw new InvalidOperationException("boom"));
        using var counted = await fixture.PostJsonAsync("/payments", new string('x', 5_000));
        for (var i = 0; i < 100; i++)
        {
            using var other = await fixture.PostJsonAsync($"/boom?{i}", string.Join("\n", Enumerable.Range(0, 50)));
        }

        var error = Assert.Throws<VerificationException>(() => fixture.Mock.VerifyNever("POST", "/payments"));
        var lines = error.Message.Split('\n');

        Assert.InRange(lines.Length, 30, 40);
        Assert.Contains("101 requests arrived; 30 of them (> counts):", error.Message, StringComparison.Ordinal);
        Assert.Contains("… (5000 characters)", Assert.Single(lines, line => line.StartsWith('>')), StringComparison.Ordinal);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 300));
        Assert.Contains("/boom?99", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/boom?50", error.Message, StringComparison.Ordinal);
        Assert.Equal(101, error.Received.Count);
    }

    [Fact]
    public async Task Failure_shows_no_headers()
    {
        await using var fixture = await MockFixture.StartAsync();
        using var response = await fixture.SendAsync("GET", "/x", ("Authorization", "Bearer s3cret"), ("Cookie", "s3cret"), ("X-Api-Key", "s3cret"));

        var error = Assert.Throws<VerificationException>(() => fixture.Mock.VerifyNever("GET", "/x"));

        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_after_requests_were_dropped_does_not_guess()
    {
        await using var fixture = await MockFixture.StartAsync(new ExternalServiceMock { MaxRequests = 2 });
        foreach (var path in (string[])["/a", "/b", "/b", "/b"])
        {
            using var response = await fixture.GetAsync(path);
        }

        fixture.Mock.VerifyAtLeast("GET", "/b", times: 2);
        var exactly = Assert.Throws<VerificationException>(() => fixture.Mock.Verify("GET", "/b", times: 2));
        var atLeast = Assert.Throws<VerificationException>(() => fixture.Mock.VerifyAtLeast("GET", "/b", times: 3));
        var never = Assert.Throws<VerificationException>(() => fixture.Mock.VerifyNever("GET", "/a"));
        var tooMany = Assert.Throws<VerificationException>(() => fixture.Mock.Verify("GET", "/b", times: 1));

        Assert.All([exactly, atLeast, never], error =>
        {
            Assert.Contains("the journal dropped its oldest requests: raise MaxRequests or MaxJournalBytes", error.Message, StringComparison.Ordinal);
            Assert.Contains("2 requests arrived after 2 that the journal dropped", error.Message, StringComparison.Ordinal);
        });
        Assert.DoesNotContain("raise MaxRequests", tooMany.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_negative_times_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExternalServiceMock().Verify("GET", "/x", times: -1));

    private sealed record Payment(int Amount);
}
