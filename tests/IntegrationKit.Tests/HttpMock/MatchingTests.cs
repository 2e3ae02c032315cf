using System.Net;

namespace IntegrationKit.Tests.HttpMock;

public sealed class MatchingTests
{
    [Fact]
    public async Task Method_is_compared_in_any_case_and_star_is_any()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("post", "/x").Respond(200, "post");
        fixture.Mock.When("*", "/any").Respond(200, "any");

        using var post = await fixture.SendAsync("POST", "/x");
        using var get = await fixture.SendAsync("GET", "/x");
        using var any = await fixture.SendAsync("PATCH", "/any");

        Assert.Equal("post", await MockFixture.ReadAsync(post));
        Assert.Equal(HttpStatusCode.InternalServerError, get.StatusCode);
        Assert.Equal("any", await MockFixture.ReadAsync(any));
    }

    [Theory]
    [InlineData("/x?page=2", true)]
    [InlineData("/x?a=b&page=2", true)]
    [InlineData("/x?page=1&page=2", true)]
    [InlineData("/x?page=3", false)]
    [InlineData("/x?Page=2", false)]
    [InlineData("/x", false)]
    public async Task WithQuery_needs_the_value(string target, bool matches)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").WithQuery("page", "2").Respond(200);
        fixture.Mock.When("GET", "/y?page=2").Respond(200);

        using var response = await fixture.GetAsync(target);
        using var inPath = await fixture.GetAsync(target.Replace("/x", "/y", StringComparison.Ordinal));

        Assert.Equal(matches, response.IsSuccessStatusCode);
        Assert.Equal(matches, inPath.IsSuccessStatusCode);
    }

    [Fact]
    public async Task WithQuery_compares_decoded_values()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").WithQuery("q", "a b&c").Respond(200, "1");
        fixture.Mock.When("GET", "/x?q=d%20e&q=f").Respond(200, "2");

        Assert.Equal("1", await fixture.GetTextAsync("/x?q=a+b%26c"));
        Assert.Equal("2", await fixture.GetTextAsync("/x?q=f&q=d+e"));
        Assert.Contains("Not mocked", await fixture.GetTextAsync("/x?q=f"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Key", "v", true)]
    [InlineData("x-key", "v", true)]
    [InlineData("X-Key", "V", false)]
    [InlineData("X-Other", "v", false)]
    public async Task WithHeader_needs_the_value(string name, string value, bool matches)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x").WithHeader("X-Key", "v").Respond(200);

        using var response = await fixture.SendAsync("GET", "/x", (name, value));

        Assert.Equal(matches, response.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("""{"amount":100}""", true)]
    [InlineData("""{"amount":100.0,"currency":"EUR"}""", true)]
    [InlineData("""{"amount":1e2}""", true)]
    [InlineData("""{"amount":101}""", false)]
    [InlineData("""{"amount":"100"}""", false)]
    [InlineData("""{"Amount":100}""", false)]
    [InlineData("""{}""", false)]
    [InlineData("""[100]""", false)]
    [InlineData("amount=100", false)]
    [InlineData("", false)]
    public async Task WithJson_needs_the_expected_members(string body, bool matches)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/x").WithJson(new { Amount = 100 }).Respond(200);
        fixture.Mock.When("POST", "/y").WithJson("""{"amount":100}""").Respond(200);

        using var fromObject = await fixture.PostJsonAsync("/x", body);
        using var fromText = await fixture.PostJsonAsync("/y", body);

        Assert.Equal(matches, fromObject.IsSuccessStatusCode);
        Assert.Equal(matches, fromText.IsSuccessStatusCode);
    }

    [Fact]
    public void WithJson_text_that_is_no_json_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new ExternalServiceMock().When("POST", "/x").WithJson("{amount"));

        Assert.Contains("The expected body is not JSON", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Matching_asks_the_delegate_with_route_values()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x/{id}").Matching(r => int.Parse(r.RouteValues["id"]) > 10).Respond(200, "big");

        Assert.Equal("big", await fixture.GetTextAsync("/x/11"));
        var small = await fixture.GetTextAsync("/x/9");
        var wrong = await fixture.GetTextAsync("/x/abc");

        Assert.Contains("matching r => int.Parse(r.RouteValues[\\\"id\\\"]) > 10 expected, got false", small, StringComparison.Ordinal);
        Assert.Contains("threw FormatException", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Later_stub_wins_and_its_conditions_let_others_through()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/x/{id}").Respond(200, "first");
        fixture.Mock.When("GET", "/x/*").WithQuery("a", "1").Respond(200, "second");
        fixture.Mock.When("GET", "/x/7").WithQuery("a", "1").WithHeader("k", "v").Respond(200, "third");

        using var all = await fixture.SendAsync("GET", "/x/7?a=1", ("k", "v"));

        Assert.Equal("third", await MockFixture.ReadAsync(all));
        Assert.Equal("second", await fixture.GetTextAsync("/x/7?a=1"));
        Assert.Equal("first", await fixture.GetTextAsync("/x/7"));
    }

    [Fact]
    public void Arguments_that_are_null_are_refused()
    {
        var stub = new ExternalServiceMock().When("GET", "/x");

        Assert.Throws<ArgumentNullException>(() => stub.WithQuery(null!, "v"));
        Assert.Throws<ArgumentNullException>(() => stub.WithQuery("n", null!));
        Assert.Throws<ArgumentNullException>(() => stub.WithHeader(null!, "v"));
        Assert.Throws<ArgumentNullException>(() => stub.WithHeader("n", null!));
        Assert.Throws<ArgumentNullException>(() => stub.WithJson(null!));
        Assert.Throws<ArgumentNullException>(() => stub.Matching(null!));
        Assert.Throws<ArgumentNullException>(() => stub.Respond((MockResponse)null!));
    }
}
