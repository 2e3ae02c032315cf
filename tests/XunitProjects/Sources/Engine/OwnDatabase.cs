using Npgsql;

namespace Scenarios.Engine;

/// <summary>Tests with a database of their own, and one without, in any order.</summary>
public sealed class OwnDatabaseTests(DatabaseFixture infra) : IntegrationTest<DatabaseFixture>(infra)
{
    private static readonly HashSet<string> Used = [];

    protected override Task ArrangeAsync() => Infra.ExecuteAsync("insert into items values ('arranged')", Cancellation);

    [Theory]
    [OwnDatabase]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Drops_a_table(int row)
    {
        Assert.InRange(row, 1, 2);
        Assert.True(Used.Add(Infra.Postgres.DatabaseName));
        Assert.Equal(2, await Infra.CountAsync(Cancellation));
        await Infra.ExecuteAsync("drop table items; create table other (x int)", Cancellation);
        await using var again = new NpgsqlConnection(Infra.Postgres.ConnectionString);
        await again.OpenAsync(Cancellation);
        Assert.Equal(again.Database, Infra.Postgres.DatabaseName);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Is_not_harmed_by_it(int row)
    {
        Assert.InRange(row, 1, 2);
        Assert.Equal(2, await Infra.CountAsync(Cancellation));
    }

    [Fact]
    [OwnDatabase]
    [KeepState]
    public async Task Resets_the_own_one()
    {
        await Infra.ExecuteAsync("insert into items values ('mine')", Cancellation);
        await Infra.Postgres.ResetAsync(Cancellation);
        Assert.Equal(1, await Infra.CountAsync(Cancellation));
    }
}

/// <summary>The attribute on the class, which also works with another test framework.</summary>
[OwnDatabase]
public sealed class OwnDatabaseClassTests(DatabaseFixture infra) : IntegrationTest<DatabaseFixture>(infra)
{
    private static string? _previous;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Have_one_each(int row)
    {
        Assert.InRange(row, 1, 2);
        Assert.NotEqual(_previous, _previous = Infra.Postgres.DatabaseName);
        Assert.Equal(1, await Infra.CountAsync(Cancellation));
        await Infra.ExecuteAsync("drop table items", Cancellation);
    }
}

[OwnDatabase]
public sealed class NoDatabaseTests(CacheFixture infra) : IntegrationTest<CacheFixture>(infra)
{
    [Fact]
    public void Fails() => Assert.NotNull(Infra);
}

public sealed class KeepingFixture : InfrastructureFixture
{
    public PostgresService Postgres { get; } = new() { Database = "kept", KeepDatabaseOfFailedTest = true };

    protected override void Configure(TestInfrastructure infra) => infra.Register("postgres", Postgres);
}

[OwnDatabase]
public sealed class KeptDatabaseTests(KeepingFixture infra) : IntegrationTest<KeepingFixture>(infra)
{
    [Fact]
    public async Task Fails()
    {
        await using var command = Infra.Postgres.DataSource.CreateCommand("create table evidence as select 'what the test left' as text");
        await command.ExecuteNonQueryAsync(Cancellation);
        Assert.Fail("On purpose.");
    }

    [Fact]
    public void Passes() => Assert.StartsWith("kept_", Infra.Postgres.DatabaseName, StringComparison.Ordinal);
}
