using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using IntegrationKit;
using Microsoft.AspNetCore.Mvc;
using OrderSample.Orders;

namespace OrderSample.Tests;

/// <summary>
/// API: the tests call the application over HTTP, as its users do, and check in the database whether the answer was right.
/// </summary>
public sealed class ApiTests(OrderInfrastructure infra) : IntegrationTest<OrderInfrastructure>(infra)
{
    private static readonly object TwoBooks = new { userId = "user-123", items = new[] { new { name = "A book", price = 12.50, quantity = 2 } } };

    [Fact]
    public async Task Order_is_created_and_can_be_read_where_the_answer_says()
    {
        using var client = Infra.Api.CreateClient();

        using var created = await client.PostAsJsonAsync("orders", TwoBooks, Cancellation);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var order = await created.Content.ReadFromJsonAsync<Order>(Cancellation);
        Assert.Equal(("user-123", 25.00m, "confirmed", "pay_123"), (order!.UserId, order.Total, order.Status, order.PaymentId));
        Assert.Equal([new OrderItem("A book", 12.50m, 2)], order.Items);
        Assert.Equal($"/orders/{order.Id}", created.Headers.Location?.ToString());
        var read = await client.GetFromJsonAsync<Order>(created.Headers.Location, Cancellation);
        Assert.Equivalent(order, read, strict: true);
    }

    [Fact]
    public async Task Application_is_healthy()
    {
        using var client = Infra.Api.CreateClient();

        using var response = await client.GetAsync(new Uri("health", UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("orders/01890000-0000-7000-8000-000000000000")]
    [InlineData("orders/not-an-id")]
    public async Task Unknown_order_is_not_found(string address)
    {
        using var client = Infra.Api.CreateClient();

        using var response = await client.GetAsync(new Uri(address, UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Refused_payment_is_reported_and_nothing_is_written()
    {
        Infra.Payments.When("POST", "/payments").Respond(402, new { error = "card declined" });
        using var client = Infra.Api.CreateClient();

        using var response = await client.PostAsJsonAsync("orders", TwoBooks, Cancellation);

        Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<ProblemDetails>(Cancellation);
        Assert.Equal("Payment failed: the payment provider refused it.", problem?.Detail);
        Assert.Equal(0, await CountOrdersAsync());
    }

    [Theory]
    [InlineData("""{}""", "userId", "items")]
    [InlineData("""{ "userId": "nobody", "items": [{ "name": "A book", "price": 1, "quantity": 1 }] }""", "userId")]
    [InlineData("""{ "userId": "user-123", "items": [] }""", "items")]
    [InlineData("""{ "userId": "user-123", "items": [null] }""", "items[0]")]
    [InlineData("""{ "userId": "user-123", "items": [{ "name": "A book", "price": 0, "quantity": 1 }] }""", "items[0].price")]
    [InlineData("""{ "userId": "user-123", "items": [{ "name": "A book", "price": 0.005, "quantity": 1 }] }""", "items[0].price")]
    [InlineData("""{ "userId": "user-123", "items": [{ "name": " ", "price": 1, "quantity": -1 }] }""", "items[0].name", "items[0].quantity")]
    public async Task Bad_input_is_refused_member_by_member(string body, params string[] members)
    {
        using var client = Infra.Api.CreateClient();
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));

        using var response = await client.PostAsync(new Uri("orders", UriKind.Relative), content, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<ValidationProblemDetails>(Cancellation);
        Assert.Equal(members.Order(), problem!.Errors.Keys.Order());
        Infra.Payments.VerifyNever("POST", "/payments");
    }

    [Fact]
    public async Task Body_that_is_not_json_is_refused()
    {
        using var client = Infra.Api.CreateClient();
        using var content = new StringContent("{ \"userId\": ", new MediaTypeHeaderValue("application/json"));

        using var response = await client.PostAsync(new Uri("orders", UriKind.Relative), content, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    private async Task<long> CountOrdersAsync()
    {
        await using var command = Infra.Postgres.DataSource.CreateCommand("SELECT count(*) FROM orders");
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
