using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit.Tests.HttpMock;

public sealed class JournalTests
{
    [Fact]
    public async Task Requests_keep_everything_about_a_request()
    {
        var time = new ManualTime();
        await using var fixture = await MockFixture.StartAsync(time: time);
        fixture.Mock.When("PUT", "/orders/{id}").Respond(200);
        var content = new StringContent("""{"quantity":3}""", Encoding.UTF8, "application/json");
        content.Headers.Add("X-Many", ["a", "b"]);
        using var response = await fixture.Client.PutAsync("/orders/a%20b?page=2&tag=x&tag=y%26z", content, TestContext.Current.CancellationToken);

        var request = Assert.Single(fixture.Mock.Requests);

        Assert.Equal("PUT", request.Method);
        Assert.Equal("/orders/a b", request.Path);
        Assert.Equal("2", request.Query["page"]);
        Assert.Equal(new StringValues(["x", "y&z"]), request.Query["tag"]);
        Assert.Equal("application/json; charset=utf-8", request.Headers["content-type"]);
        Assert.Equal("a, b", request.Headers["X-Many"]);
        Assert.Equal("""{"quantity":3}""", request.Body);
        Assert.Equal("""{"quantity":3}"""u8, request.BodyBytes.Span);
        Assert.Equal(3, request.ReadJson<Dictionary<string, int>>()!["quantity"]);
        Assert.Equal(time.Now, request.ReceivedAt);
        Assert.True(request.IsMatched);
        Assert.Equal("a b", request.RouteValues["id"]);
        Assert.Equal("PUT /orders/a b?page=2&tag=x&tag=y%26z", request.ToString());
    }

    [Fact]
    public async Task Requests_also_has_those_that_no_stub_matched()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/a").Respond(200);
        foreach (var path in (string[])["/a", "/b", "/a"])
        {
            using var response = await fixture.GetAsync(path);
        }

        Assert.Equal([("/a", true), ("/b", false), ("/a", true)], fixture.Mock.Requests.Select(r => (r.Path, r.IsMatched)));
    }

    [Fact]
    public async Task Requests_is_a_copy()
    {
        await using var fixture = await MockFixture.StartAsync();
        using var first = await fixture.GetAsync("/a");
        var before = fixture.Mock.Requests;

        using var second = await fixture.GetAsync("/b");
        fixture.Mock.ClearRequests();

        Assert.Equal("/a", Assert.Single(before).Path);
        Assert.Empty(fixture.Mock.Requests);
    }

    [Theory]
    [InlineData("text/plain; charset=iso-8859-1", "iso-8859-1")]
    [InlineData("text/plain; charset=\"utf-16\"", "utf-16")]
    [InlineData("text/plain; charset=unheard-of", "utf-8")]
    [InlineData("text/plain", "utf-8")]
    [InlineData("not a type", "utf-8")]
    public async Task Body_is_decoded_by_its_charset(string contentType, string encoding)
    {
        await using var fixture = await MockFixture.StartAsync();
        var content = new ByteArrayContent(Encoding.GetEncoding(encoding).GetBytes("gr\u00fc\u00dfe"));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await fixture.Client.PostAsync("/x", content, TestContext.Current.CancellationToken);

        Assert.Equal("gr\u00fc\u00dfe", Assert.Single(fixture.Mock.Requests).Body);
    }

    [Fact]
    public async Task Request_is_in_the_journal_before_its_answer_is_sent()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x/{i}").Respond(200);

        for (var i = 0; i < 200; i++)
        {
            using var response = await fixture.Client.GetAsync($"/x/{i}", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            fixture.Mock.Verify("GET", $"/x/{i}", times: 1);
        }
    }

    [Fact]
    public async Task Request_is_in_the_journal_when_its_responder_runs()
    {
        await using var fixture = await MockFixture.StartAsync();
        var mock = fixture.Mock;
        mock.When("GET", "/x").Respond(_ => new MockResponse(200, mock.Requests.Count.ToString(CultureInfo.InvariantCulture)));

        Assert.Equal("1", await fixture.GetTextAsync("/x"));
    }

    [Fact]
    public async Task MaxRequests_drops_the_oldest_and_counts_them()
    {
        await using var fixture = await MockFixture.StartAsync(new ExternalServiceMock { MaxRequests = 3 });
        for (var i = 0; i < 5; i++)
        {
            using var response = await fixture.GetAsync($"/{i}");
        }

        Assert.Equal(["/2", "/3", "/4"], fixture.Mock.Requests.Select(r => r.Path));
        Assert.Equal(2, fixture.Mock.DroppedRequests);
        fixture.Mock.ClearRequests();
        Assert.Equal(0, fixture.Mock.DroppedRequests);
    }

    [Fact]
    public void MaxRequests_is_ten_thousand_by_default() => Assert.Equal(10_000, new ExternalServiceMock().MaxRequests);

    [Fact]
    public async Task ClearRequests_forgets_failures_and_keeps_stubs()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").Respond(_ => throw new InvalidOperationException()).ThenRespond(200, "kept");
        using var response = await fixture.GetAsync("/x");

        fixture.Mock.ClearRequests();

        Assert.Empty(fixture.Mock.ResponderFailures);
        Assert.Empty(fixture.Mock.Requests);
        Assert.Equal("kept", await fixture.GetTextAsync("/x"));
    }

    [Fact]
    public async Task Body_over_the_limit_gets_413_and_is_not_kept()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/x").Respond(request => new MockResponse(200, request.BodyBytes.Length.ToString(CultureInfo.InvariantCulture)));

        using var longest = await fixture.Client.PostAsync("/x", new ByteArrayContent(new byte[30_000_000]), TestContext.Current.CancellationToken);
        using var tooLong = await fixture.Client.PostAsync("/x", new ByteArrayContent(new byte[30_000_001]), TestContext.Current.CancellationToken);

        Assert.Equal("30000000", await MockFixture.ReadAsync(longest));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLong.StatusCode);
        Assert.Equal("""{"error":"Body too large","limit":30000000}""", await MockFixture.ReadAsync(tooLong));
        var request = fixture.Mock.Requests[1];
        Assert.Equal((false, 0, 30_000_001, true), (request.IsMatched, request.BodyBytes.Length, request.BodyLength, request.IsBodyCut));
        var error = Assert.Throws<VerificationException>(() => fixture.Mock.VerifyNever("POST", "/x"));
        Assert.Contains("[refused: 413 The body is longer than 30000000 bytes.]", error.Message, StringComparison.Ordinal);
    }
}
