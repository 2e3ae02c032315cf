using IntegrationKit;
using Xunit;

public sealed class Orders : InfrastructureFixture
{
    // The file is not copied to the output.
    public PostgresService Postgres { get; } = new() { InitScripts = ["schema.sql"] };

    protected override void Configure(TestInfrastructure infra) => infra.Register("v3-postgres", Postgres);
}

public sealed class SchemaTests(Orders infra) : IntegrationTest<Orders>(infra)
{
    [Fact]
    public async Task Script_beside_the_project_file_was_run()
    {
        await using var command = Infra.Postgres.DataSource.CreateCommand("INSERT INTO orders (item) VALUES ('tea')");
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancellation));
    }
}
