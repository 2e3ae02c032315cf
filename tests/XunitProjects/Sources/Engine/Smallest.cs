namespace Scenarios.Engine.Smallest;

public sealed class Orders : InfrastructureFixture
{
    public PostgresService Postgres { get; } = new() { InitScripts = ["schema.sql"] };

    protected override void Configure(TestInfrastructure infra) => infra.Register("postgres", Postgres);
}

public sealed class ItemTests(Orders infra) : IntegrationTest<Orders>(infra)
{
    [Fact]
    public async Task First_item_is_known()
    {
        await using var command = Infra.Postgres.DataSource.CreateCommand("select name from items order by id");
        Assert.Equal("Item 1", await command.ExecuteScalarAsync(Cancellation));
    }
}
