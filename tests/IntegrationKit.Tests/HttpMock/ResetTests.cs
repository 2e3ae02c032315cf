namespace IntegrationKit.Tests.HttpMock;

public sealed class ResetTests
{
    [Fact]
    public async Task Reset_removes_stubs_added_since_the_start_and_clears_the_journal()
    {
        var mock = new ExternalServiceMock();
        mock.When("GET", "/x").Respond(200, "baseline");
        await using var fixture = await MockFixture.StartAsync(mock);
        mock.When("GET", "/x").Respond(200, "override");
        mock.When("GET", "/boom").Respond(_ => throw new InvalidOperationException());
        Assert.Equal("override", await fixture.GetTextAsync("/x"));
        using var boom = await fixture.GetAsync("/boom");

        await mock.ResetAsync(TestContext.Current.CancellationToken);

        Assert.Empty(mock.Requests);
        Assert.Empty(mock.ResponderFailures);
        Assert.Equal("baseline", await fixture.GetTextAsync("/x"));
        Assert.Contains("Not mocked", await fixture.GetTextAsync("/boom"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "stub GET /given: changed|stub GET /added (query a=1): 2 added")]
    [InlineData(false, "")]
    public async Task Stubs_that_were_added_or_changed_are_left_behind_if_they_count(bool count, string expected)
    {
        var mock = new ExternalServiceMock { StubsCountAsLeftovers = count };
        var given = mock.When("GET", "/given").Respond(200, "1").ThenRespond(200, "2");
        mock.When("GET", "/kept").Respond(200, "1").ThenRespond(200, "2");
        await using var infra = new TestInfrastructure().Register("mock", mock);
        await infra.StartAllAsync(TestContext.Current.CancellationToken);
        await infra.ResetAllAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        await client.GetStringAsync(new Uri(mock.BaseAddress, "/kept"), TestContext.Current.CancellationToken);
        Assert.Empty(await infra.FindLeftoversAsync(TestContext.Current.CancellationToken));

        given.Respond(500);
        mock.When("GET", "/added?a=1").Respond(200);
        mock.When("GET", "/added?a=1").Respond(200);

        Assert.Equal(expected, string.Join('|', (await infra.FindLeftoversAsync(TestContext.Current.CancellationToken)).Select(each => each.Leftover)));
        mock.Reset();
        Assert.Empty(await infra.FindLeftoversAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Reset_rewinds_and_restores_baseline_stubs()
    {
        var mock = new ExternalServiceMock();
        var sequence = mock.When("GET", "/x").Respond(200, "1").ThenRespond(200, "2");
        var changed = mock.When("GET", "/y").Respond(200, "as it was");
        await using var fixture = await MockFixture.StartAsync(mock);
        Assert.Equal(["1", "2", "2"], [await fixture.GetTextAsync("/x"), await fixture.GetTextAsync("/x"), await fixture.GetTextAsync("/x")]);
        sequence.ThenRespond(200, "3");
        changed.WithQuery("a", "1").Respond(200, "changed");

        mock.Reset();

        Assert.Equal(["1", "2", "2"], [await fixture.GetTextAsync("/x"), await fixture.GetTextAsync("/x"), await fixture.GetTextAsync("/x")]);
        Assert.Equal("as it was", await fixture.GetTextAsync("/y"));
    }

    [Fact]
    public async Task Reset_before_the_start_keeps_the_stubs()
    {
        var mock = new ExternalServiceMock();
        mock.When("GET", "/x").Respond(200, "kept");
        mock.Reset();

        await using var fixture = await MockFixture.StartAsync(mock);

        Assert.Equal("kept", await fixture.GetTextAsync("/x"));
    }

    [Fact]
    public async Task Respond_after_a_reset_makes_the_stub_answer_again()
    {
        await using var fixture = await MockFixture.StartAsync();
        var stub = fixture.Mock.When("GET", "/x").Respond(200, "1");
        fixture.Mock.Reset();
        Assert.Contains("Not mocked", await fixture.GetTextAsync("/x"), StringComparison.Ordinal);

        stub.Respond(200, "2");

        Assert.Equal("2", await fixture.GetTextAsync("/x"));
    }

    [Fact]
    public async Task Stub_made_before_a_stop_is_cut_off_and_a_stub_of_the_baseline_is_not()
    {
        var mock = new ExternalServiceMock();
        var kept = mock.When("GET", "/kept").Respond(200);
        await using var infra = await new TestInfrastructure().Register("mock", mock).StartAllAsync(TestContext.Current.CancellationToken);
        var made = mock.When("GET", "/made").Respond(200);
        await infra.StopAllAsync(TestContext.Current.CancellationToken);
        await infra.StartAllAsync(TestContext.Current.CancellationToken);

        kept.Respond(201);
        var error = Assert.Throws<InvalidOperationException>(() => made.Respond(201));

        Assert.Contains("GET /made was made before the mock was stopped", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, mock.StubCount);
    }

    [Fact]
    public async Task CaptureBaselineAsync_after_the_start_adds_a_seed_to_the_baseline()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/seed").Respond(200, "seed");
        await fixture.Mock.CaptureBaselineAsync(TestContext.Current.CancellationToken);
        fixture.Mock.When("GET", "/seed").Respond(200, "test");

        fixture.Mock.Reset();

        Assert.Equal("seed", await fixture.GetTextAsync("/seed"));
    }

    [Fact]
    public async Task Reset_cancels_delayed_and_computed_answers()
    {
        var time = new ManualTime();
        await using var fixture = await MockFixture.StartAsync(time: time);
        var entered = new TaskCompletionSource();
        fixture.Mock.When("GET", "/delayed").Respond(200).WithDelay(TimeSpan.FromHours(1));
        fixture.Mock.When("GET", "/computed").Respond(async (_, cancellationToken) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new MockResponse();
        });
        var delayed = fixture.GetAsync("/delayed");
        var computed = fixture.GetAsync("/computed");
        await time.NextTimerAsync(TimeSpan.FromHours(1));
        await entered.Task;

        fixture.Mock.Reset();

        await Assert.ThrowsAsync<HttpRequestException>(() => delayed);
        await Assert.ThrowsAsync<HttpRequestException>(() => computed);
        Assert.Empty(fixture.Mock.Requests);
        Assert.Empty(fixture.Mock.ResponderFailures);
        fixture.Mock.When("GET", "/after").Respond(200, "goes on");
        Assert.Equal("goes on", await fixture.GetTextAsync("/after"));
    }

    [Fact]
    public async Task Reset_drops_the_connection_of_a_responder_that_ignores_its_token()
    {
        await using var fixture = await MockFixture.StartAsync();
        var entered = new TaskCompletionSource();
        fixture.Mock.When("GET", "/x").Respond((_, _) =>
        {
            entered.SetResult();
            return new TaskCompletionSource<MockResponse>().Task;
        });
        var answer = fixture.GetAsync("/x");
        await entered.Task;

        fixture.Mock.Reset();

        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
        Assert.Empty(fixture.Mock.ResponderFailures);
    }

    [Fact]
    public async Task Reset_lets_a_responder_that_returns_at_once_answer()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").Respond(_ =>
        {
            fixture.Mock.Reset();
            return new MockResponse(200, "answered");
        });

        Assert.Equal("answered", await fixture.GetTextAsync("/x"));
    }

    [Fact]
    public async Task ClearRequests_lets_answers_under_way_end()
    {
        var time = new ManualTime();
        await using var fixture = await MockFixture.StartAsync(time: time);
        fixture.Mock.When("GET", "/x").Respond(200, "late").WithDelay(TimeSpan.FromHours(1));
        var answer = fixture.GetTextAsync("/x");
        var timer = await time.NextTimerAsync(TimeSpan.FromHours(1));

        fixture.Mock.ClearRequests();
        timer.Fire();

        Assert.Equal("late", await answer);
    }

    [Fact]
    public async Task ResetAsync_with_cancelled_token_is_cancelled()
    {
        await using var fixture = await MockFixture.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Mock.ResetAsync(new CancellationToken(canceled: true)));
    }
}
