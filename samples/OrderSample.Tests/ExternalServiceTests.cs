using System.Net;
using System.Net.Http.Json;
using IntegrationKit;
using Microsoft.AspNetCore.Mvc;
using OrderSample.Orders;

namespace OrderSample.Tests;

/// <summary>
/// External service: a mock takes the place of the payment provider, and also does what the real one rarely does: it refuses,
/// fails, is late. All answers, and dropped connections, are real HTTP.
/// </summary>
public sealed class ExternalServiceTests(PaymentInfrastructure infra) : IntegrationTest<PaymentInfrastructure>(infra)
{
    [Fact]
    public async Task Customer_is_charged_once_for_the_total()
    {
        var expected = new { userId = "user-123", amount = 25 };
        Infra.Payments.When("POST", "/payments").WithJson(expected).Respond(200, new { paymentId = "pay_25" });

        using var response = await PlaceOrderAsync();

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("pay_25", (await response.Content.ReadFromJsonAsync<Order>(Cancellation))!.PaymentId);
        Infra.Payments.Verify("POST", "/payments", times: 1);
    }

    [Fact]
    public async Task Refusal_is_final()
    {
        Infra.Payments.When("POST", "/payments").Respond(402, new { error = "card declined" });

        using var response = await PlaceOrderAsync();

        await AssertProblemAsync(HttpStatusCode.PaymentRequired, "Payment failed: the payment provider refused it.", response);
        Infra.Payments.Verify("POST", "/payments", times: 1);
    }

    [Fact]
    public async Task Retry_has_the_same_key_so_that_nobody_pays_twice()
    {
        Infra.Payments.When("POST", "/payments").Respond(503).ThenRespond(200, new { paymentId = "pay_2" });

        using var response = await PlaceOrderAsync();

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var order = await response.Content.ReadFromJsonAsync<Order>(Cancellation);
        Assert.Equal([$"{order!.Id}", $"{order.Id}"], IdempotencyKeys);
    }

    [Fact]
    public async Task Dropped_connection_is_tried_again()
    {
        Infra.Payments.When("POST", "/payments").DropConnection().ThenRespond(200, new { paymentId = "pay_2" });

        using var response = await PlaceOrderAsync();

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(2, IdempotencyKeys.Count());
        Assert.Single(IdempotencyKeys.Distinct());
    }

    [Fact]
    public async Task Connection_that_is_dropped_each_time_ends_after_three_attempts()
    {
        Infra.Payments.When("POST", "/payments").DropConnection();

        using var response = await PlaceOrderAsync();

        await AssertProblemAsync(
            HttpStatusCode.BadGateway, "Payment failed: the payment provider could not be reached, or answered with an error.", response);
        Infra.Payments.Verify("POST", "/payments", times: 3);
    }

    [Fact]
    public async Task Mistake_of_ours_is_not_repeated()
    {
        Infra.Payments.When("POST", "/payments").Respond(400, new { error = "the amount is missing" });

        using var response = await PlaceOrderAsync();

        await AssertProblemAsync(
            HttpStatusCode.BadGateway, "Payment failed: the payment provider could not be reached, or answered with an error.", response);
        Infra.Payments.Verify("POST", "/payments", times: 1);
    }

    [Theory]
    [InlineData("""{ "accepted": true }""", "Payment failed: the payment provider's answer has no payment id.")]
    [InlineData("<html>Welcome!</html>", "Payment failed: the payment provider's answer is not JSON.")]
    public async Task Answer_without_a_payment_is_no_payment(string answer, string expected)
    {
        Infra.Payments.When("POST", "/payments").Respond(new MockResponse(200, answer) { Headers = { ["Content-Type"] = "application/json" } });

        using var response = await PlaceOrderAsync();

        await AssertProblemAsync(HttpStatusCode.BadGateway, expected, response);
    }

    [Fact]
    public async Task Timeout_is_reported_to_the_caller()
    {
        Infra.Payments.When("POST", "/payments").WithDelay(TimeSpan.FromMinutes(1)).Respond(200, new { paymentId = "pay_late" });

        using var response = await PlaceOrderAsync(Infra.ApiWithShortTimeout);

        await AssertProblemAsync(HttpStatusCode.GatewayTimeout, "Payment failed: the payment provider did not answer in time.", response);
    }

    private IEnumerable<string> IdempotencyKeys => Infra.Payments.Requests.Select(request => request.Headers["Idempotency-Key"].ToString());

    private async Task<HttpResponseMessage> PlaceOrderAsync(WebAppService<Program>? api = null)
    {
        using var client = (api ?? Infra.Api).CreateClient();
        var request = new { userId = "user-123", items = new[] { new { name = "A book", price = 12.50, quantity = 2 } } };
        return await client.PostAsJsonAsync("orders", request, Cancellation);
    }

    /// <summary>The caller gets the reason, and no order was written.</summary>
    private async Task AssertProblemAsync(HttpStatusCode status, string detail, HttpResponseMessage response)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(detail, (await response.Content.ReadFromJsonAsync<ProblemDetails>(Cancellation))!.Detail);
        await using var count = Infra.Postgres.DataSource.CreateCommand("SELECT count(*) FROM orders");
        Assert.Equal(0L, await count.ExecuteScalarAsync(Cancellation));
    }
}

/// <summary>Has a second copy of the application that waits 200 ms at most for a payment.</summary>
public sealed class PaymentInfrastructure : OrderInfrastructure
{
    public PaymentInfrastructure()
    {
        ApiWithShortTimeout = MakeApi();
        ApiWithShortTimeout.Settings["Payments:Timeout"] = "00:00:00.200";
    }

    public WebAppService<Program> ApiWithShortTimeout { get; }

    protected override void Configure(TestInfrastructure infra)
    {
        base.Configure(infra);
        infra.Register("api-with-short-timeout", ApiWithShortTimeout);
    }
}
