namespace IntegrationKit.Tests.HttpMock;

public sealed class PathTests
{
    [Theory]
    [InlineData("/orders", "/orders")]
    [InlineData("/orders", "/orders/")]
    [InlineData("/orders/", "/orders")]
    [InlineData("/", "/")]
    [InlineData("/a b", "/a%20b")]
    [InlineData("/a%20b", "/a%20b")]
    [InlineData("/grüße", "/gr%C3%BC%C3%9Fe")]
    [InlineData("/100%", "/100%25")]
    [InlineData("/a%2Fb", "/a%2Fb")]
    [InlineData("/orders", "/orders?page=2")]
    [InlineData("/orders/{id}", "/orders/7")]
    [InlineData("/orders/{id}/items/{item}", "/orders/7/items/8")]
    [InlineData("/files/{name}.json", "/files/a.json")]
    [InlineData("/v1/users:{action}", "/v1/users:lock")]
    [InlineData("/files/*", "/files/a")]
    [InlineData("/files/*", "/files/a/b/c")]
    [InlineData("/files/*", "/files")]
    [InlineData("/files/{x}/*", "/files/a/b")]
    [InlineData("*", "/")]
    [InlineData("*", "/any/thing")]
    [InlineData("/*", "/any/thing")]
    [InlineData("/star%2A", "/star*")]
    [InlineData("/b", "/a/../b")]
    public async Task When_path_matches(string template, string path)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", template).Respond(200, "matched");

        Assert.Equal("matched", await RawHttp.GetBodyAsync(fixture.Mock.BaseAddress, path));
        fixture.Mock.Verify("GET", template, times: 1);
    }

    [Theory]
    [InlineData("/orders", "/Orders")]
    [InlineData("/orders", "/orders/7")]
    [InlineData("/orders", "/order")]
    [InlineData("/orders", "/orders//")]
    [InlineData("/orders", "//orders")]
    [InlineData("/a/b", "/a%2Fb")]
    [InlineData("/orders/{id}", "/orders")]
    [InlineData("/orders/{id}", "/orders/")]
    [InlineData("/orders/{id}", "/orders/7/items")]
    [InlineData("/orders/{id}/items", "/orders//items")]
    [InlineData("/files/{name}.json", "/files/.json")]
    [InlineData("/files/{name}.json", "/files/a.xml")]
    [InlineData("/files/*", "/filesystem")]
    [InlineData("/files/{x}/*", "/files")]
    public async Task When_path_does_not_match(string template, string path)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", template).Respond(200, "matched");

        Assert.Contains("Not mocked", await RawHttp.GetBodyAsync(fixture.Mock.BaseAddress, path), StringComparison.Ordinal);
        fixture.Mock.VerifyNever("GET", template);
    }

    [Theory]
    [InlineData("/o/{id}", "/o/a%20b", "id", "a b")]
    [InlineData("/o/{id}", "/o/a%2Fb", "id", "a/b")]
    [InlineData("/o/{id}", "/o/a%252Fb", "id", "a%2Fb")]
    [InlineData("/o/{id}", "/o/a+b", "id", "a+b")]
    [InlineData("/o/{name}.pdf", "/o/in.voice.pdf", "name", "in.voice")]
    [InlineData("/o/*", "/o/a%20b/c", "*", "a b/c")]
    [InlineData("/o/*", "/o/", "*", "")]
    public async Task RouteValues_are_decoded(string template, string path, string name, string expected)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", template).Respond(request => new MockResponse(200, request.RouteValues[name]));

        Assert.Equal(expected, await RawHttp.GetBodyAsync(fixture.Mock.BaseAddress, path));
    }

    [Theory]
    [InlineData("orders", "write '/orders'")]
    [InlineData("http://api.example/orders?a=1", "write '/orders?a=1'")]
    [InlineData("/a/*/b", "must be the whole last segment")]
    [InlineData("/a/b*", "must be the whole last segment")]
    [InlineData("/a/{id", "the segment '{id'")]
    [InlineData("/a/{id:int}", "use Matching")]
    [InlineData("/a/{*rest}", "must be the whole last segment")]
    [InlineData("/a/{x}-{y}", "at most one in a segment")]
    [InlineData("/a/{id}/{id}", "has the parameter {id} twice")]
    public void When_path_is_not_valid_says_how_to_write_it(string path, string fix)
    {
        var mock = new ExternalServiceMock();

        var error = Assert.Throws<ArgumentException>(nameof(path), () => mock.When("GET", path));
        Assert.Throws<ArgumentException>(nameof(path), () => mock.Verify("GET", path));

        Assert.Contains($"'{path}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(fix, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "/x")]
    [InlineData(" ", "/x")]
    [InlineData("GET", "")]
    public void When_empty_is_refused(string method, string path) =>
        Assert.Throws<ArgumentException>(() => new ExternalServiceMock().When(method, path));

    [Fact]
    public async Task Target_that_is_no_path_is_answered()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/absolute/{x}").Respond(200, "absolute");

        var options = await RawHttp.SendAsync(fixture.Mock.BaseAddress, "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        var absolute = await RawHttp.GetBodyAsync(fixture.Mock.BaseAddress, "http://x/absolute/path?a=b");

        Assert.Contains("Not mocked", options, StringComparison.Ordinal);
        Assert.Equal("absolute", absolute);
    }
}
