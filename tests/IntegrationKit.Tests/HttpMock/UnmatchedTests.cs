using System.Net;
using System.Text.Json;

namespace IntegrationKit.Tests.HttpMock;

public sealed class UnmatchedTests
{
    [Fact]
    public async Task Unmatched_request_gets_500_and_says_what_is_stubbed()
    {
        var logger = new RecordingLogger();
        await using var fixture = await MockFixture.StartAsync(logger: logger);
        fixture.Mock.When("POST", "/payments").WithQuery("page", "2").Respond(200);
        fixture.Mock.When("GET", "/orders/{id}").Respond(200);

        using var response = await fixture.PostJsonAsync("/payments?page=3", "{}");
        var body = await MockFixture.ReadJsonAsync(response);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("""{"error":"Not mocked","method":"POST","path":"/payments?page=3","nearest":"POST /payments (""", body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("POST /payments (query page=2 expected, got 3)", body.GetProperty("nearest").GetString());
        Assert.Equal(["GET /orders/{id}", "POST /payments (query page=2)"], body.GetProperty("stubs").EnumerateArray().Select(s => s.GetString()));
        Assert.False(Assert.Single(fixture.Mock.Requests).IsMatched);
        Assert.Contains(logger.Entries, e => e.EventId == 60 && e.Message.Contains("not mocked: POST /payments?page=3; nearest stub: POST /payments", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(501)]
    public async Task UnmatchedStatus_is_the_status(int status)
    {
        await using var fixture = await MockFixture.StartAsync(new ExternalServiceMock { UnmatchedStatus = status });

        using var response = await fixture.GetAsync("/x");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("""{"error":"Not mocked","method":"GET","path":"/x","nearest":null,"stubs":[]}""", await MockFixture.ReadAsync(response));
    }

    [Theory]
    [InlineData("GET", "/payments", "POST /payments (method POST expected, got GET)")]
    [InlineData("POST", "/payment", "POST /payments (path /payments expected, got /payment)")]
    [InlineData("PUT", "/payment", "POST /payments (method POST expected, got PUT; path /payments expected, got /payment)")]
    [InlineData("POST", "/users/7/order", "POST /users/{id}/orders (path /users/{id}/orders expected, got /users/7/order)")]
    [InlineData("GET", "/key", "GET /key (header X-Region=eu expected, got none)")]
    [InlineData("GET", "/secret", "GET /secret (header Authorization=*** expected, got ***)")]
    [InlineData("POST", "/json", "POST /json (json $.amount=100 expected, got 150)")]
    [InlineData("POST", "/users/7/orders", "POST /users/{id}/orders (query a=1 expected, got none; query b=2 expected, got none)")]
    [InlineData("DELETE", "/completely/other", null)]
    public async Task Nearest_is_the_stub_that_was_meant(string method, string path, string? nearest)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/key").WithHeader("X-Region", "eu").Respond(200);
        fixture.Mock.When("GET", "/secret").WithHeader("Authorization", "Bearer abc").Respond(200);
        fixture.Mock.When("POST", "/json").WithJson(new { amount = 100 }).Respond(200);
        fixture.Mock.When("POST", "/users/{id}/orders?a=1&b=2").Respond(200);
        fixture.Mock.When("POST", "/payments").Respond(200);

        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("""{"amount":150}""") };
        request.Headers.Add("Authorization", "Bearer xyz");
        using var response = await fixture.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(nearest, (await MockFixture.ReadJsonAsync(response)).GetProperty("nearest").GetString());
    }

    [Theory]
    [InlineData("GET", "/orders", "POST /orders (method")]
    [InlineData("GET", "/order/list", "GET /orders/list (path")]
    [InlineData("GET", "/orders/8/archived", "DELETE /orders/8/archived (method")]
    [InlineData("GET", "/orders/7?a=2", "GET /orders/{id} (query a=1")]
    public async Task Nearest_of_several_differs_least(string method, string path, string nearest)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("GET", "/orders/{id}?a=1").WithQuery("b", "1").WithQuery("c", "1").Respond(200);
        fixture.Mock.When("GET", "/orders/{id}?a=1").Respond(200);
        fixture.Mock.When("GET", "/orders/list").Respond(200);
        fixture.Mock.When("POST", "/orders").Respond(200);
        fixture.Mock.When("DELETE", "/orders/8/archived").Respond(200);
        fixture.Mock.When("GET", "/orders/8/archi").Respond(200);

        using var response = await fixture.SendAsync(method, path);

        Assert.StartsWith(nearest, (await MockFixture.ReadJsonAsync(response)).GetProperty("nearest").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "json {\"a\":1} expected, got no body")]
    [InlineData("a=1", "json {\"a\":1} expected, got a body that is not JSON: a=1")]
    public async Task Nearest_names_a_body_that_is_not_json(string sent, string reason)
    {
        await using var fixture = await MockFixture.StartAsync();
        fixture.Mock.When("POST", "/x").WithJson(new { a = 1 }).Respond(200);

        using var response = await fixture.PostJsonAsync("/x", sent);

        Assert.Equal($"POST /x ({reason})", (await MockFixture.ReadJsonAsync(response)).GetProperty("nearest").GetString());
    }

    [Fact]
    public async Task Stubs_in_the_answer_are_limited()
    {
        await using var fixture = await MockFixture.StartAsync();
        for (var i = 0; i < 25; i++)
        {
            fixture.Mock.When("GET", $"/stub/number/{i}").Respond(200);
        }

        using var response = await fixture.GetAsync("/x");
        var stubs = (await MockFixture.ReadJsonAsync(response)).GetProperty("stubs");

        Assert.Equal(21, stubs.GetArrayLength());
        Assert.Equal("GET /stub/number/24", stubs[0].GetString());
        Assert.Equal("and 5 more", stubs[20].GetString());
    }

    [Fact]
    public async Task Secrets_are_not_in_the_answer_or_the_log()
    {
        var logger = new RecordingLogger();
        await using var fixture = await MockFixture.StartAsync(logger: logger);
        fixture.Mock.When("GET", "/a?access_token=s3cret").WithHeader("X-Api-Key", "s3cret").WithHeader("Cookie", "s3cret")
            .WithJson(new { password = "s3cret", clientSecret = "s3cret" }).Respond(200);

        using var response = await fixture.SendAsync("GET", "/a?access_token=0ther&x=1", ("X-Api-Key", "0ther"), ("Cookie", "0ther"));
        var text = JsonSerializer.Serialize(await MockFixture.ReadJsonAsync(response)) + string.Join('\n', logger.Entries);

        Assert.Contains("x=1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("0ther", text, StringComparison.Ordinal);
    }
}
