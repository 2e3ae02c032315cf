using System.Net;
using System.Text.Json;

namespace IntegrationKit.Tests.HttpMock;

/// <summary>Requests with HEAD, whose answers have no body.</summary>
public sealed class HeadTests
{
    private const string Explanation = "X-IntegrationKit-Explanation";

    [Fact]
    public async Task Unmatched_head_is_explained_in_a_header()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/gr\u00fc\u00dfe").Respond(200);

        using var head = await fixture.SendAsync("HEAD", "/gr%C3%BC%C3%9Fe");
        using var get = await fixture.GetAsync("/gr%C3%BC%C3%9Fe");

        Assert.Equal(HttpStatusCode.InternalServerError, head.StatusCode);
        Assert.Empty(await MockFixture.ReadAsync(head));
        var explanation = JsonElement.Parse(Assert.Single(head.Headers.GetValues(Explanation)));
        Assert.Equal("Not mocked", explanation.GetProperty("error").GetString());
        Assert.Equal("POST /gr\u00fc\u00dfe (method POST expected, got HEAD)", explanation.GetProperty("nearest").GetString());
        Assert.False(get.Headers.Contains(Explanation));
    }

    [Fact]
    public async Task Explanation_in_a_header_is_no_longer_than_clients_accept()
    {
        await using var fixture = await MockFixture.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            fixture.Mock.When("GET", $"/{i}/{new string('x', 5_000)}").Respond(200);
        }

        using var head = await fixture.SendAsync("HEAD", "/x");

        Assert.InRange(Assert.Single(head.Headers.GetValues(Explanation)).Length, 1_000, 4_000);
    }

    [Fact]
    public async Task Stub_for_get_answers_head_with_the_same_headers_and_no_body()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x/{id}").WithQuery("a", "1").Respond(new MockResponse(203, "12345") { Headers = { ["ETag"] = "\"7\"" } });

        using var head = await fixture.SendAsync("HEAD", "/x/7?a=1");
        using var next = await fixture.SendAsync("HEAD", "/x/7?a=1");

        Assert.Equal((203, 5L), ((int)head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal(("\"7\"", "text/plain; charset=utf-8"), (head.Headers.ETag!.Tag, head.Content.Headers.ContentType!.ToString()));
        Assert.Empty(await MockFixture.ReadAsync(head));
        Assert.Equal(203, (int)next.StatusCode);
        Assert.Equal(("HEAD", true, "7"), (fixture.Mock.Requests[0].Method, fixture.Mock.Requests[0].IsMatched, fixture.Mock.Requests[0].RouteValues["id"]));
        fixture.Mock.Verify("HEAD", "/x/7", times: 2);
        fixture.Mock.VerifyNever("GET", "/x/7");
    }

    [Theory]
    [InlineData("HEAD,GET", 200)]
    [InlineData("GET,HEAD", 201)]
    [InlineData("*,GET", 201)]
    [InlineData("GET,*", 201)]
    [InlineData("HEAD,*", 201)]
    public async Task Stub_for_head_goes_before_one_for_get_else_the_newest_answers(string methods, int status)
    {
        await using var fixture = await MockFixture.StartAsync();
        foreach (var (i, method) in methods.Split(',').Index())
        {
            fixture.Mock.When(method, "/x").Respond(200 + i);
        }

        using var response = await fixture.SendAsync("HEAD", "/x");

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Stub_for_head_without_an_answer_leaves_the_request_to_one_for_get()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").Respond(203);
        fixture.Mock.When("HEAD", "/x");

        using var response = await fixture.SendAsync("HEAD", "/x");

        Assert.Equal(203, (int)response.StatusCode);
    }
}
