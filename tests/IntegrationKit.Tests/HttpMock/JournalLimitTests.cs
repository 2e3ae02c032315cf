using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace IntegrationKit.Tests.HttpMock;

/// <summary>The journal's limits in bytes, and what a test is told of them.</summary>
public sealed class JournalLimitTests
{
    [Fact]
    public async Task Body_is_kept_up_to_its_limit_and_seen_whole_by_conditions_and_responders()
    {
        await using var fixture = await MockFixture.StartAsync(new ExternalServiceMock { MaxKeptBodyBytes = 10 });
        fixture.Mock.When("POST", "/x").Matching(request => request.Body.EndsWith("end", StringComparison.Ordinal) && !request.IsBodyCut)
            .Respond(request => new MockResponse(200, request.BodyBytes.Length.ToString(CultureInfo.InvariantCulture)));

        using var whole = await fixture.PostJsonAsync("/x", "1234567end");
        using var cut = await fixture.PostJsonAsync("/x", "12345678end");

        Assert.Equal("11", await MockFixture.ReadAsync(cut));
        Assert.Equal(
            [("1234567end", 10L, false, true), ("12345678en", 11L, true, true)],
            fixture.Mock.Requests.Select(request => (request.Body, request.BodyLength, request.IsBodyCut, request.IsMatched)));
        Assert.Contains("[body cut: 10 of 11 bytes kept] 12345678en", Failure(() => fixture.Mock.VerifyNever("POST", "/x")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_beyond_the_journals_limit_are_dropped_oldest_first_and_their_requests_still_count()
    {
        await using var fixture = await MockFixture.StartAsync(new ExternalServiceMock { MaxJournalBytes = 100_000 });
        for (var i = 0; i < 20; i++)
        {
            using var response = await fixture.PostJsonAsync("/x", new string('x', 20_000));
        }

        var requests = fixture.Mock.Requests;
        Assert.Equal(20, requests.Count);
        Assert.All(requests, request => Assert.Equal(20_000, request.BodyLength));
        var kept = requests.SkipWhile(request => request.IsBodyCut).ToArray();
        Assert.InRange(kept.Length, 1, 4);
        Assert.All(kept, request => Assert.False(request.IsBodyCut));
        fixture.Mock.Verify("POST", "/x", times: 20);
        Assert.Contains("[not mocked; body cut: 0 of 20000 bytes kept]", Failure(() => fixture.Mock.VerifyNever("POST", "/x")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_whose_headers_fill_the_journal_are_dropped_and_counted()
    {
        await using var fixture = await MockFixture.StartAsync(new ExternalServiceMock { MaxJournalBytes = 100_000 });
        for (var i = 0; i < 10; i++)
        {
            using var response = await fixture.SendAsync("GET", "/x", ("X-Long", new string('x', 20_000)));
        }

        Assert.InRange(fixture.Mock.Requests.Count, 1, 2);
        Assert.Equal(10, fixture.Mock.Requests.Count + fixture.Mock.DroppedRequests);
        Assert.Contains("raise MaxRequests or MaxJournalBytes", Failure(() => fixture.Mock.Verify("GET", "/x", times: 10)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_bodies_take_no_more_memory_than_the_limits()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/x").WithJson(new { }).Respond(_ => throw new InvalidOperationException("after it was read"));
        var body = $$"""{"a":"{{new string('x', 20_000_000)}}"}""";
        for (var i = 0; i < 12; i++)
        {
            using var response = await fixture.PostJsonAsync("/x", body);
        }

        foreach (var requests in new[] { fixture.Mock.Requests, [.. fixture.Mock.ResponderFailures.Select(failure => failure.Request)] })
        {
            Assert.Equal(12, requests.Count);
            Assert.InRange(requests.Sum(request => Memory(request.BodyBytes)), 40_000_000, 50_000_000);
            Assert.All(requests, request => Assert.InRange(Memory(request.BodyBytes), 0, 5_000_000));
        }
    }

    [Fact]
    public async Task Verify_does_not_guess_what_is_in_a_body_that_was_cut()
    {
        await using var fixture = await MockFixture.StartAsync(new ExternalServiceMock { MaxKeptBodyBytes = 5 });
        using var cut = await fixture.PostJsonAsync("/x", "[12345,\"secret\"]");
        using var whole = await fixture.PostJsonAsync("/x", "[123");

        const string Uncertain = "The count is uncertain, since the condition reads bodies, and of 1 of them the journal has kept a part only: raise MaxKeptBodyBytes";
        Assert.Contains(Uncertain, Failure(() => fixture.Mock.VerifyNever("POST", "/x", request => request.Body.Contains("secret", StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.Contains(Uncertain, Failure(() => fixture.Mock.Verify("POST", "/x", times: 2, request => request.Body.StartsWith("[123", StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.Contains(Uncertain, Failure(() => fixture.Mock.VerifyAtLeast("POST", "/x", times: 2, request => request.Body.StartsWith("[123", StringComparison.Ordinal))), StringComparison.Ordinal);
        var error = Assert.Throws<JsonException>(() => fixture.Mock.Verify("POST", "/x", matching: request => request.ReadJson<object[]>() is null));
        Assert.Contains("Only 5 of its 16 bytes were kept: raise MaxKeptBodyBytes or MaxJournalBytes.", error.Message, StringComparison.Ordinal);

        fixture.Mock.VerifyAtLeast("POST", "/x", times: 1, request => request.Body.StartsWith("[123", StringComparison.Ordinal));
        fixture.Mock.Verify("POST", "/x", times: 2, request => request.Headers.ContainsKey("Host"));
    }

    [Fact]
    public async Task Limits_below_zero_are_mistakes()
    {
        var mock = new ExternalServiceMock { MaxKeptBodyBytes = -1, MaxJournalBytes = -2 };
        await using var infra = new TestInfrastructure().Register("mock", mock);

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(TestContext.Current.CancellationToken));

        Assert.Contains("MaxKeptBodyBytes is -1; it must be at least 0.", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxJournalBytes is -2; it must be at least 0.", error.Message, StringComparison.Ordinal);
    }

    private static string Failure(Action verify) => Assert.Throws<VerificationException>(verify).Message;

    /// <summary>What the bytes hold on to: a part of an array keeps all of it.</summary>
    private static long Memory(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var part) ? part.Array!.Length : 0;
}
