using IntegrationKit;
using Microsoft.Extensions.DependencyInjection;
using OrderSample.Orders;
using StackExchange.Redis;
using Order = OrderSample.Orders.Order;

namespace OrderSample.Tests;

/// <summary>
/// Cache: the order service, taken from the running application, and what it stores in Redis. To find out whether an answer
/// came from the cache, a test changes the row in the database.
/// </summary>
public sealed class CacheTests(OrderInfrastructure infra) : IntegrationTest<OrderInfrastructure>(infra)
{
    private ConnectionMultiplexer _connection = null!;

    [Fact]
    public async Task Miss_reads_the_database_and_fills_the_cache_for_five_minutes()
    {
        var order = await PlaceOrderAsync();
        Assert.False(await Redis.KeyExistsAsync($"order:{order.Id}"));

        var read = await Orders.GetAsync(order.Id, Cancellation);

        Assert.Equivalent(order, read, strict: true);
        var lifetime = await Redis.KeyTimeToLiveAsync($"order:{order.Id}");
        Assert.InRange(lifetime!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Hit_does_not_ask_the_database()
    {
        var order = await PlaceOrderAsync();
        await Orders.GetAsync(order.Id, Cancellation);
        await ShipInDatabaseAsync(order);

        var read = await Orders.GetAsync(order.Id, Cancellation);

        Assert.Equal("confirmed", read!.Status);
    }

    [Fact]
    public async Task Expired_entry_is_read_again()
    {
        var order = await PlaceOrderAsync();
        await Orders.GetAsync(order.Id, Cancellation);
        await ShipInDatabaseAsync(order);

        // Five minutes have passed.
        await Redis.KeyExpireAsync($"order:{order.Id}", TimeSpan.Zero);
        var read = await Orders.GetAsync(order.Id, Cancellation);

        Assert.Equal("shipped", read!.Status);
    }

    [Fact]
    public async Task Order_invalidates_the_list_of_its_user()
    {
        await PlaceOrderAsync();
        var before = await Orders.ListAsync("user-123", Cancellation);
        Assert.True(await Redis.KeyExistsAsync("orders:user-123"));

        await PlaceOrderAsync();

        Assert.False(await Redis.KeyExistsAsync("orders:user-123"));
        var after = await Orders.ListAsync("user-123", Cancellation);
        Assert.Equal((1, 2), (before.Count, after.Count));
    }

    [Fact]
    public async Task Absence_is_not_cached()
    {
        var id = Guid.CreateVersion7();

        Assert.Null(await Orders.GetAsync(id, Cancellation));

        Assert.False(await Redis.KeyExistsAsync($"order:{id}"));
    }

    protected override async Task ArrangeAsync() => _connection = await Infra.Redis.ConnectAsync(Cancellation);

    protected override async Task CleanUpAsync() => await _connection.DisposeAsync();

    private OrderService Orders => Infra.Api.Services.GetRequiredService<OrderService>();

    private IDatabase Redis => _connection.GetDatabase();

    private Task<Order> PlaceOrderAsync() => Orders.CreateAsync("user-123", [new("A book", Price: 10, Quantity: 1)], Cancellation);

    private async Task ShipInDatabaseAsync(Order order)
    {
        await using var command = Infra.Postgres.DataSource.CreateCommand("UPDATE orders SET status = 'shipped' WHERE id = $1");
        command.Parameters.AddWithValue(order.Id);
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancellation));
    }
}
