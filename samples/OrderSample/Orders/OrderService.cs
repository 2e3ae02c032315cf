using Npgsql;
using StackExchange.Redis;

namespace OrderSample.Orders;

/// <summary>Creates orders: reads the user, charges, writes the order and publishes an event. What is read often is cached.</summary>
public sealed class OrderService(NpgsqlDataSource database, IConnectionMultiplexer redis, PaymentClient payments)
{
    private readonly OrderStore _store = new(database);
    private readonly Cache _cache = new(redis);
    private readonly OrderEvents _events = new(redis);

    /// <summary>Charges the user and confirms the order.</summary>
    /// <exception cref="PaymentFailedException">The payment was refused; nothing was written.</exception>
    /// <exception cref="PaymentUnavailableException">The payment provider could not be asked; nothing was written.</exception>
    /// <exception cref="PaymentTimeoutException">The payment provider did not answer in time; nothing was written.</exception>
    public async Task<Order> CreateAsync(string userId, IReadOnlyList<OrderItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            throw new ArgumentException("An order has at least one item.", nameof(items));
        }

        var user = await GetUserAsync(userId, cancellationToken) ?? throw new KeyNotFoundException($"There is no user '{userId}'.");
        var id = Guid.CreateVersion7();
        var total = items.Sum(item => item.Price * item.Quantity);

        // From here on the caller cannot cancel: the charge may already be a payment.
        var paymentId = await payments.ChargeAsync(user.Id, total, idempotencyKey: $"{id}", CancellationToken.None);
        var order = new Order(id, user.Id, total, "confirmed", paymentId, items);
        await _store.InsertAsync(order, CancellationToken.None);
        await _cache.RemoveAsync($"orders:{userId}");
        await _events.PublishAsync(new(order.Id, order.UserId, order.Total));
        return order;
    }

    /// <summary>Returns an order, or null where there is none.</summary>
    public Task<Order?> GetAsync(Guid id, CancellationToken cancellationToken) =>
        _cache.GetOrAddAsync($"order:{id}", () => _store.FindAsync(id, cancellationToken));

    /// <summary>Returns a user's orders, the oldest first.</summary>
    public async Task<IReadOnlyList<Order>> ListAsync(string userId, CancellationToken cancellationToken) =>
        await _cache.GetOrAddAsync($"orders:{userId}", async () => await _store.ListAsync(userId, cancellationToken)) ?? [];

    /// <summary>Returns a user, or null where there is none.</summary>
    public Task<User?> GetUserAsync(string id, CancellationToken cancellationToken) =>
        _cache.GetOrAddAsync($"user:{id}", () => _store.FindUserAsync(id, cancellationToken));
}
