using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit.Tests.HttpMock;

public sealed class AnswerTests
{
    [Fact]
    public async Task Respond_object_is_sent_as_camel_case_json()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/payments").Respond(201, new { PaymentId = "pay_123", Amount = 1.5m });

        using var response = await fixture.PostJsonAsync("/payments", "{}");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("""{"paymentId":"pay_123","amount":1.5}""", await MockFixture.ReadAsync(response));
    }

    [Fact]
    public async Task Respond_string_is_sent_as_it_is()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/text").Respond(200, "grüße \"x\"");

        using var response = await fixture.GetAsync("/text");

        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("grüße \"x\"", await MockFixture.ReadAsync(response));
    }

    [Fact]
    public async Task Respond_bytes_are_sent_as_octet_stream()
    {
        await using var fixture = await MockFixture.StartAsync();
        byte[] bytes = [0, 255, 7];
        fixture.Mock.When("GET", "/bytes").Respond(200, bytes);
        bytes[0] = 9;

        using var response = await fixture.GetAsync("/bytes");

        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.ToString());
        Assert.Equal([0, 255, 7], await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Respond_json_node_is_sent_as_json()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/node").Respond(200, JsonNode.Parse("""{"As_It":"Is"}"""));

        using var response = await fixture.GetAsync("/node");

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("""{"As_It":"Is"}""", await MockFixture.ReadAsync(response));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(304)]
    [InlineData(503)]
    public async Task Respond_without_body_has_an_empty_one(int status)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/empty").Respond(status);

        using var response = await fixture.GetAsync("/empty");
        using var next = await fixture.GetAsync("/empty");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Null(response.Content.Headers.ContentType);
        Assert.Empty(await MockFixture.ReadAsync(response));
        Assert.Equal(status, (int)next.StatusCode);
    }

    [Fact]
    public async Task Respond_headers_are_sent_and_the_server_does_not_name_itself()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/h").Respond(new MockResponse(200, "<a/>")
        {
            Headers = { ["content-type"] = "application/xml", ["Set-Cookie"] = new StringValues(["a=1", "b=2"]), ["X-Trace"] = "t" },
        });

        using var response = await fixture.GetAsync("/h");

        Assert.Equal("application/xml", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal(["t"], response.Headers.GetValues("X-Trace"));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Respond_delegate_sees_the_request()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/orders/{id}/items").Respond(request => new MockResponse(200, new
        {
            id = request.RouteValues["id"],
            page = (string?)request.Query["page"],
            key = (string?)request.Headers["x-KEY"],
            quantity = request.ReadJson<Item>()!.Quantity,
            matched = request.IsMatched,
        }));

        var content = new StringContent("""{"quantity":3}""");
        content.Headers.Add("X-Key", "k");
        using var response = await fixture.Client.PostAsync("/orders/a%2Fb%20c/items?page=2", content, TestContext.Current.CancellationToken);

        Assert.Equal("""{"id":"a/b c","page":"2","key":"k","quantity":3,"matched":true}""", await MockFixture.ReadAsync(response));
    }

    [Fact]
    public async Task Respond_async_delegates_are_awaited()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/a").Respond(async request =>
        {
            await Task.Yield();
            return new MockResponse(202, request.Path);
        });
        fixture.Mock.When("GET", "/b").Respond(async (request, cancellationToken) =>
        {
            await Task.Yield();
            return new MockResponse(203, cancellationToken.CanBeCanceled.ToString());
        });

        using var a = await fixture.GetAsync("/a");
        using var b = await fixture.GetAsync("/b");

        Assert.Equal((202, "/a"), ((int)a.StatusCode, await MockFixture.ReadAsync(a)));
        Assert.Equal((203, "True"), ((int)b.StatusCode, await MockFixture.ReadAsync(b)));
    }

    [Fact]
    public async Task Respond_to_head_sends_the_length_and_no_body()
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("HEAD", "/h").Respond(200, "12345");

        using var response = await fixture.SendAsync("HEAD", "/h");
        using var next = await fixture.SendAsync("HEAD", "/h");

        Assert.Equal(5, response.Content.Headers.ContentLength);
        Assert.Empty(await MockFixture.ReadAsync(response));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(199)]
    [InlineData(600)]
    public void MockResponse_status_out_of_range_is_refused(int status)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new MockResponse(status));

        Assert.Contains("200 to 599", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    public void MockResponse_body_where_none_is_possible_is_refused(int status)
    {
        var error = Assert.Throws<ArgumentException>(() => new MockResponse(status, "x"));

        Assert.Contains($"status {status} cannot have a body", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MockResponse_null_body_goes_with_every_status() => Assert.True(new MockResponse(205).Body.IsEmpty);

    private sealed record Item(int Quantity);
}
