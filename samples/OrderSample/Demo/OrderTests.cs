using IntegrationKit;
using Npgsql;
using OrderSample.Orders;
using StackExchange.Redis;

namespace OrderSample.Demo;

/// <summary>Tests of the order service. Before each the services are reset.</summary>
internal sealed class OrderTests : IAsyncDisposable
{
    private const string Ada = "user-123";

    private readonly TestInfrastructure _infra;
    private readonly PostgresService _postgres;
    private readonly RedisService _redis;
    private readonly ExternalServiceMock _payments;
    private ConnectionMultiplexer? _connection;
    private HttpClient? _http;
    private OrderService? _orders;

    public OrderTests(TestInfrastructure infra, PostgresService postgres, RedisService redis, ExternalServiceMock payments)
    {
        (_infra, _postgres, _redis, _payments) = (infra, postgres, redis, payments);
        Suite = new IntegrationTestSuite("order service")
            .BeforeAll(ConnectAsync)
            .BeforeEach(_infra.ResetAllAsync)
            .Test("creates an order with payment", CreatesAnOrderAsync)
            .Test("caches user data after the first fetch", CachesUserDataAsync)
            .Test("writes nothing when the payment is refused", RefusedPaymentAsync)
            .Test("invalidates the cached order list when an order is created", InvalidatesOrderListAsync)
            .Test("reads an order twice and asks the database once", ReadsOnceAsync);
    }

    public IntegrationTestSuite Suite { get; }

    private OrderService Orders => _orders!;

    private IDatabase Cache => _connection!.GetDatabase();

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _connection = await _redis.ConnectAsync(cancellationToken);
        _http = new HttpClient { BaseAddress = _payments.BaseAddress };
        _orders = new OrderService(_postgres.DataSource, _connection, new PaymentClient(_http));
    }

    private async Task CreatesAnOrderAsync(CancellationToken cancellationToken)
    {
        _payments.When("POST", "/payments").WithJson(new { userId = Ada, amount = 100 }).Respond(200, new { paymentId = "pay_123" });

        var order = await Orders.CreateAsync(Ada, [new("Item 1", Price: 50, Quantity: 2)], cancellationToken);

        Check.Equal(100m, order.Total);
        Check.Equal("confirmed", order.Status);
        Check.Equal("pay_123", order.PaymentId);
        _payments.Verify("POST", "/payments", times: 1);
        Check.Equal("100.00 confirmed pay_123", await ScalarAsync($"SELECT total || ' ' || status || ' ' || payment_id FROM orders WHERE id = '{order.Id}'", cancellationToken));
        Check.Equal("Item 1 50.00 2", await ScalarAsync($"SELECT name || ' ' || price || ' ' || quantity FROM order_items WHERE order_id = '{order.Id}'", cancellationToken));
    }

    private async Task CachesUserDataAsync(CancellationToken cancellationToken)
    {
        var first = await Orders.GetUserAsync(Ada, cancellationToken);
        await ScalarAsync($"UPDATE users SET name = 'Somebody else' WHERE id = '{Ada}'", cancellationToken);
        var second = await Orders.GetUserAsync(Ada, cancellationToken);

        Check.Equal("Ada Lovelace", first?.Name);
        Check.Equal(first, second);
        var expiry = await Cache.KeyTimeToLiveAsync($"user:{Ada}");
        Check.That(expiry > TimeSpan.FromSeconds(290) && expiry <= TimeSpan.FromSeconds(300), $"expires after 300 s, not {expiry}");
    }

    private async Task RefusedPaymentAsync(CancellationToken cancellationToken)
    {
        _payments.When("POST", "/payments").Respond(402, new { error = "card declined" });

        var refusal = await Check.ThrowsAsync<PaymentFailedException>(() => Orders.CreateAsync(Ada, [new("Item 1", 50, 2)], cancellationToken));

        Check.That(refusal.Message.StartsWith("Payment failed", StringComparison.Ordinal), refusal.Message);
        Check.Equal(0L, await ScalarAsync("SELECT count(*) FROM orders", cancellationToken));
    }

    private async Task InvalidatesOrderListAsync(CancellationToken cancellationToken)
    {
        _payments.When("POST", "/payments").Respond(200, new { paymentId = "pay_1" });
        Check.Equal(0, (await Orders.ListAsync(Ada, cancellationToken)).Count);
        Check.That(await Cache.KeyExistsAsync($"orders:{Ada}"), "the list is cached");

        await Orders.CreateAsync(Ada, [new("Item 1", 10, 1)], cancellationToken);

        Check.That(!await Cache.KeyExistsAsync($"orders:{Ada}"), "the list is no longer cached");
        Check.Equal(1, (await Orders.ListAsync(Ada, cancellationToken)).Count);
    }

    private async Task ReadsOnceAsync(CancellationToken cancellationToken)
    {
        _payments.When("POST", "/payments").Respond(200, new { paymentId = "pay_1" });
        var created = await Orders.CreateAsync(Ada, [new("Item 1", 10, 3), new("Item 2", 5, 1)], cancellationToken);

        var first = await Orders.GetAsync(created.Id, cancellationToken);
        // With the row gone, only the cache can answer.
        await ScalarAsync($"DELETE FROM orders WHERE id = '{created.Id}'", cancellationToken);
        var second = await Orders.GetAsync(created.Id, cancellationToken);

        Check.Equal(35m, first?.Total);
        Check.Equal(2, first?.Items.Count);
        Check.Equal(first?.Id, second?.Id);
        Check.That(await Cache.KeyTimeToLiveAsync($"order:{created.Id}") <= TimeSpan.FromSeconds(300), "expires after 300 s");
    }

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _postgres.DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
