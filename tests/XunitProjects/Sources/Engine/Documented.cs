using Npgsql;

namespace Scenarios.Engine.Documented;

public sealed class Shop : InfrastructureFixture
{
    public PostgresService Postgres { get; } = new()
    {
        Database = "shop",
        Initialize = new DatabaseInitializer("migrations 7", Migrations.RunAsync),
    };

    public ExternalServiceMock Payments { get; } = new();

    protected override void Configure(TestInfrastructure infra) => infra
        .Register("postgres", Postgres)
        .Register("payments", Payments);

    protected override async Task SeedAsync(CancellationToken cancellationToken)
    {
        await using var command = Postgres.DataSource.CreateCommand("insert into customers values ('Ann')");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

public static class Migrations
{
    public static async Task RunAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("create table customers (name text)");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

public sealed class PaymentTests(Shop infra) : IntegrationTest<Shop>(infra)
{
    protected override Task ArrangeAsync()
    {
        Infra.Payments.When("POST", "/payments").Respond(200, new { paymentId = "pay_123" });
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Charges_once()
    {
        using var client = new HttpClient { BaseAddress = Infra.Payments.BaseAddress };
        using var answer = await client.PostAsync("/payments", content: null, Cancellation);

        Infra.Payments.Verify("POST", "/payments", times: 1);
    }
}

[CollectionDefinition("shop")]
public sealed class ShopTests : ICollectionFixture<Shop>;

[Collection("shop")]
public sealed class CustomerTests(Shop infra) : SharedIntegrationTest<Shop>(infra)
{
    [Fact]
    public async Task Knows_Ann()
    {
        await using var command = Infra.Postgres.DataSource.CreateCommand("select name from customers");
        Assert.Equal("Ann", await command.ExecuteScalarAsync(Cancellation));
    }
}

public sealed class ReadOnlyShop : InfrastructureFixture
{
    public PostgresService Postgres { get; } = new() { InitScripts = ["schema.sql"] };

    protected override LeftoverPolicy Leftovers => LeftoverPolicy.Fail;

    protected override void Configure(TestInfrastructure infra) => infra.Register("postgres", Postgres);
}

public sealed class ReadOnlyTests(ReadOnlyShop infra) : IntegrationTest<ReadOnlyShop>(infra)
{
    [Theory]
    [InlineData("select name from items")]
    [InlineData("insert into items (name) values ('Item 2'), ('Item 3')")]
    public async Task Runs(string sql)
    {
        await using var command = Infra.Postgres.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}

public sealed class SchemaTests(Shop infra) : IntegrationTest<Shop>(infra)
{
    [Fact]
    [OwnDatabase]
    public async Task Migration_can_be_undone()
    {
        await using var command = Infra.Postgres.DataSource.CreateCommand("drop table customers");
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}

public sealed class ProgramTests
{
    [Fact]
    [RequiresInfrastructure]
    public async Task Needs_no_fixture()
    {
        var redis = new RedisService();
        await using var infra = new TestInfrastructure().Register("redis", redis);
        await infra.StartAllAsync();

        Assert.True(await redis.PingAsync() > TimeSpan.Zero);
    }
}
