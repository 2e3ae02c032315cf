using System.Data;
using IntegrationKit;
using Npgsql;
using OrderSample.Orders;

namespace OrderSample.Tests;

/// <summary>
/// Database: what PostgreSQL itself guarantees for the orders. Constraints, transactions that write everything or nothing,
/// and concurrent transactions. An in-memory database has none of these.
/// </summary>
public sealed class DatabaseTests(OrderDatabase infra) : IntegrationTest<OrderDatabase>(infra)
{
    [Theory]
    [InlineData("INSERT INTO users VALUES ('user-9', 'Somebody else', 'ada@example.com')", PostgresErrorCodes.UniqueViolation, "users_email_key")]
    [InlineData("INSERT INTO orders VALUES (gen_random_uuid(), 'nobody', 1, 'confirmed', 'pay_1')", PostgresErrorCodes.ForeignKeyViolation, "orders_user_id_fkey")]
    [InlineData("INSERT INTO orders VALUES (gen_random_uuid(), 'user-123', -1, 'confirmed', 'pay_1')", PostgresErrorCodes.CheckViolation, "orders_total_check")]
    public async Task Constraint_refuses_a_row(string insert, string sqlState, string constraint)
    {
        var error = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(insert));

        Assert.Equal((sqlState, constraint), (error.SqlState, error.ConstraintName));
    }

    [Fact]
    public async Task Order_whose_second_item_is_refused_leaves_nothing()
    {
        var order = MakeOrder(new("A book", Price: 10, Quantity: 1), new("No book", Price: 10, Quantity: 0));

        var error = await Assert.ThrowsAsync<PostgresException>(() => Store.InsertAsync(order, Cancellation));

        Assert.Equal("order_items_quantity_check", error.ConstraintName);
        Assert.Equal(0L, await ScalarAsync("SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM order_items)"));
    }

    [Fact]
    public async Task Deleted_order_deletes_its_items()
    {
        await Store.InsertAsync(MakeOrder(new("A book", 10, 1), new("A pen", 2, 3)), Cancellation);

        await ExecuteAsync("DELETE FROM orders");

        Assert.Equal(0L, await ScalarAsync("SELECT count(*) FROM order_items"));
    }

    [Fact]
    public async Task Order_is_visible_to_others_once_it_is_committed()
    {
        await using var writer = await Infra.Postgres.OpenConnectionAsync(Cancellation);
        await using var transaction = await writer.BeginTransactionAsync(Cancellation);
        await ExecuteAsync("INSERT INTO orders VALUES (gen_random_uuid(), 'user-123', 1, 'confirmed', 'pay_1')", writer);

        var before = await ScalarAsync("SELECT count(*) FROM orders");
        await transaction.CommitAsync(Cancellation);
        var after = await ScalarAsync("SELECT count(*) FROM orders");

        Assert.Equal((0L, 1L), (before, after));
    }

    [Fact]
    public async Task Order_that_is_written_ten_times_at_once_is_there_once()
    {
        var order = MakeOrder(new OrderItem("A book", Price: 10, Quantity: 1));

        var attempts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Record.ExceptionAsync(() => Store.InsertAsync(order, Cancellation)).AsTask()));

        Assert.Single(attempts, error => error is null);
        Assert.Equal(9, attempts.Count(error => error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "orders_pkey" }));
        Assert.Equal(1L, await ScalarAsync("SELECT count(*) FROM order_items"));
    }

    [Fact]
    public async Task Row_that_one_transaction_changes_is_locked_for_another()
    {
        await using var first = await Infra.Postgres.OpenConnectionAsync(Cancellation);
        await using var second = await Infra.Postgres.OpenConnectionAsync(Cancellation);
        await using var transaction = await first.BeginTransactionAsync(Cancellation);
        await ExecuteAsync("UPDATE users SET name = 'Countess of Lovelace' WHERE id = 'user-123'", first);
        await ExecuteAsync("SET lock_timeout = '100ms'", second);

        var error = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync("UPDATE users SET name = 'Ada' WHERE id = 'user-123'", second));
        await transaction.CommitAsync(Cancellation);

        Assert.Equal(PostgresErrorCodes.LockNotAvailable, error.SqlState);
        Assert.Equal(1, await ExecuteAsync("UPDATE users SET name = 'Ada' WHERE id = 'user-123'", second));
    }

    [Fact]
    public async Task Change_that_would_overwrite_an_unseen_one_is_refused()
    {
        await using var first = await Infra.Postgres.OpenConnectionAsync(Cancellation);
        await using var second = await Infra.Postgres.OpenConnectionAsync(Cancellation);
        await using var early = await first.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation);
        await using var late = await second.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation);
        await ExecuteAsync("SELECT name FROM users", first);
        await ExecuteAsync("SELECT name FROM users", second);

        await ExecuteAsync("UPDATE users SET name = name || ' the First'", first);
        await early.CommitAsync(Cancellation);
        var error = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync("UPDATE users SET name = name || ' the Second'", second));

        Assert.Equal(PostgresErrorCodes.SerializationFailure, error.SqlState);
        Assert.Equal("Ada Lovelace the First", await ScalarAsync("SELECT name FROM users"));
    }

    private OrderStore Store => new(Infra.Postgres.DataSource);

    private static Order MakeOrder(params OrderItem[] items) =>
        new(Guid.CreateVersion7(), "user-123", items.Sum(item => item.Price * item.Quantity), "confirmed", "pay_1", items);

    private async Task<int> ExecuteAsync(string sql, NpgsqlConnection? connection = null)
    {
        await using var command = connection is null ? Infra.Postgres.DataSource.CreateCommand(sql) : new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(Cancellation);
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = Infra.Postgres.DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}

/// <summary>Starts only the database, for a class that needs nothing else. It is a separate database on the server of all classes.</summary>
public sealed class OrderDatabase : InfrastructureFixture
{
    public PostgresService Postgres { get; } = new() { Database = "orders", InitScripts = ["schema.sql"] };

    protected override void Configure(TestInfrastructure infra) => infra.Register("postgres", Postgres);
}
