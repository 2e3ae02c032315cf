using Npgsql;
using StackExchange.Redis;

namespace OrderSample.Orders;

/// <summary>Takes orders: reads the user, charges, writes the order, and keeps what is read often in the cache.</summary>
public sealed class OrderService(NpgsqlDataSource database, IConnectionMultiplexer redis, HttpClient payments)
{
    private readonly OrderStore _store = new(database);
    private readonly Cache _cache = new(redis);
    private readonly PaymentClient _payments = new(payments);

    /// <summary>Charges the user and confirms the order.</summary>
    /// <exception cref="PaymentFailedException">The payment was refused; nothing was written.</exception>
    public async Task<Order> CreateAsync(string userId, IReadOnlyList<OrderItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            throw new ArgumentException("An order has at least one item.", nameof(items));
        }

        var user = await GetUserAsync(userId, cancellationToken) ?? throw new KeyNotFoundException($"There is no user '{userId}'.");
        var total = items.Sum(item => item.Price * item.Quantity);
        var paymentId = await _payments.ChargeAsync(user.Id, total, cancellationToken);

        var order = new Order(Guid.CreateVersion7(), user.Id, total, "confirmed", paymentId, items);
        await _store.InsertAsync(order, cancellationToken);
        await _cache.RemoveAsync($"orders:{userId}");
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
