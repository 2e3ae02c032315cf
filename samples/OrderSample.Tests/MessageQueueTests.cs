using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using IntegrationKit;
using OrderSample.Orders;
using StackExchange.Redis;
using Order = OrderSample.Orders.Order;

namespace OrderSample.Tests;

/// <summary>
/// Message queue: a subscriber of the test receives what the application publishes. No test waits to see that nothing comes:
/// Redis keeps the order of messages, so the next message shows that none came before it.
/// </summary>
public sealed class MessageQueueTests(OrderInfrastructure infra) : IntegrationTest<OrderInfrastructure>(infra)
{
    private ConnectionMultiplexer _connection = null!;
    private HttpClient _client = null!;

    [Fact]
    public async Task Order_is_published_to_every_subscriber()
    {
        await using var elsewhere = await Infra.Redis.ConnectAsync(Cancellation);
        var billing = await SubscribeAsync(_connection);
        var shipping = await SubscribeAsync(elsewhere);

        var order = await PlaceOrderAsync();

        var expected = new OrderCreated(order.Id, "user-123", 25.00m);
        Assert.Equal(expected, await ReceiveAsync(billing));
        Assert.Equal(expected, await ReceiveAsync(shipping));
    }

    [Fact]
    public async Task Order_can_be_read_by_a_subscriber()
    {
        var subscriber = await SubscribeAsync(_connection);
        var placing = PlaceOrderAsync();

        var created = await ReceiveAsync(subscriber);
        var order = await _client.GetFromJsonAsync<Order>($"orders/{created.OrderId}", Cancellation);

        Assert.Equal(created.Total, order!.Total);
        await placing;
    }

    [Fact]
    public async Task Orders_are_published_in_order()
    {
        var subscriber = await SubscribeAsync(_connection);

        var first = await PlaceOrderAsync();
        var second = await PlaceOrderAsync();

        Assert.Equal(first.Id, (await ReceiveAsync(subscriber)).OrderId);
        Assert.Equal(second.Id, (await ReceiveAsync(subscriber)).OrderId);
    }

    [Fact]
    public async Task Refused_order_is_not_published()
    {
        var subscriber = await SubscribeAsync(_connection);
        Infra.Payments.When("POST", "/payments").Respond(402).ThenRespond(200, new { paymentId = "pay_2" });

        using var refused = await PostOrderAsync();
        var placed = await PlaceOrderAsync();

        Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
        Assert.Equal(placed.Id, (await ReceiveAsync(subscriber)).OrderId);
    }

    [Fact]
    public async Task Order_that_could_not_be_written_is_not_published()
    {
        var subscriber = await SubscribeAsync(_connection);
        await _connection.GetDatabase().StringSetAsync("user:user-9", """{ "Id": "user-9", "Name": "Gone, but still cached", "Email": "-" }""");

        using var failed = await PostOrderAsync("user-9");
        var placed = await PlaceOrderAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal(placed.Id, (await ReceiveAsync(subscriber)).OrderId);
    }

    [Fact]
    public async Task Subscriber_misses_what_was_published_before_it_subscribed()
    {
        await PlaceOrderAsync();
        var subscriber = await SubscribeAsync(_connection);

        var second = await PlaceOrderAsync();

        Assert.Equal(second.Id, (await ReceiveAsync(subscriber)).OrderId);
    }

    protected override async Task ArrangeAsync()
    {
        _connection = await Infra.Redis.ConnectAsync(Cancellation);
        _client = Infra.Api.CreateClient();
    }

    protected override async Task CleanUpAsync()
    {
        _client.Dispose();
        await _connection.DisposeAsync();
    }

    private static Task<ChannelMessageQueue> SubscribeAsync(ConnectionMultiplexer connection) => connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal(OrderCreated.Channel));

    private async Task<OrderCreated> ReceiveAsync(ChannelMessageQueue subscriber)
    {
        var message = await subscriber.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        return JsonSerializer.Deserialize<OrderCreated>(message.Message.ToString(), JsonSerializerOptions.Web)!;
    }

    private async Task<Order> PlaceOrderAsync()
    {
        using var created = await PostOrderAsync();
        return (await created.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Order>(Cancellation))!;
    }

    private Task<HttpResponseMessage> PostOrderAsync(string userId = "user-123")
    {
        var request = new { userId, items = new[] { new { name = "A book", price = 12.50, quantity = 2 } } };
        return _client.PostAsJsonAsync("orders", request, Cancellation);
    }
}
