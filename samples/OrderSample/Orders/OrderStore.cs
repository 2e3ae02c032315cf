using Npgsql;

namespace OrderSample.Orders;

/// <summary>The SQL of the order service.</summary>
internal sealed class OrderStore(NpgsqlDataSource database)
{
    private const string OrderColumns = "SELECT id, user_id, total, status, payment_id FROM orders";

    /// <summary>Writes the order and its items, or nothing.</summary>
    public async Task InsertAsync(Order order, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new("INSERT INTO orders (id, user_id, total, status, payment_id) VALUES ($1, $2, $3, $4, $5)")
        {
            Parameters =
            {
                new() { Value = order.Id }, new() { Value = order.UserId }, new() { Value = order.Total },
                new() { Value = order.Status }, new() { Value = order.PaymentId },
            },
        });
        foreach (var (line, item) in order.Items.Index())
        {
            batch.BatchCommands.Add(new("INSERT INTO order_items (order_id, line, name, price, quantity) VALUES ($1, $2, $3, $4, $5)")
            {
                Parameters =
                {
                    new() { Value = order.Id }, new() { Value = line }, new() { Value = item.Name },
                    new() { Value = item.Price }, new() { Value = item.Quantity },
                },
            });
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<Order?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await ReadAsync(OrderColumns + " WHERE id = $1", id, cancellationToken)).SingleOrDefault();

    public Task<List<Order>> ListAsync(string userId, CancellationToken cancellationToken) =>
        ReadAsync(OrderColumns + " WHERE user_id = $1 ORDER BY created_at, id", userId, cancellationToken);

    public async Task<User?> FindUserAsync(string id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT id, name, email FROM users WHERE id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new(reader.GetString(0), reader.GetString(1), reader.GetString(2)) : null;
    }

    private async Task<List<Order>> ReadAsync(string sql, object parameter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var orders = new List<Order>();
        await using (var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = parameter } } })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                orders.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetDecimal(2), reader.GetString(3), reader.GetString(4), []));
            }
        }

        var items = await ReadItemsAsync(connection, [.. orders.Select(order => order.Id)], cancellationToken);
        return [.. orders.Select(order => order with { Items = [.. items[order.Id]] })];
    }

    private static async Task<ILookup<Guid, OrderItem>> ReadItemsAsync(NpgsqlConnection connection, Guid[] orderIds, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT order_id, name, price, quantity FROM order_items WHERE order_id = ANY ($1) ORDER BY order_id, line";
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new() { Value = orderIds } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<(Guid OrderId, OrderItem Item)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            items.Add((reader.GetGuid(0), new(reader.GetString(1), reader.GetDecimal(2), reader.GetInt32(3))));
        }

        return items.ToLookup(each => each.OrderId, each => each.Item);
    }
}
