using System.Diagnostics;

namespace Scenarios.Timing;

/// <summary>Measures from the end of one test's method to the beginning of the next: what xUnit and the adapter do between.</summary>
public sealed class Gaps(string name, int count)
{
    private readonly List<double> _gaps = [];
    private long _end;

    public IDisposable Measure()
    {
        if (_end != 0)
        {
            _gaps.Add(Stopwatch.GetElapsedTime(_end).TotalMilliseconds);
        }

        return new Body(this);
    }

    private void End()
    {
        if (_gaps.Count == count - 1)
        {
            _gaps.Sort();
            Journal.Note($"{name}: median {_gaps[_gaps.Count / 2]:0.000} ms, 95 % below {_gaps[_gaps.Count * 95 / 100]:0.000} ms");
        }

        _end = Stopwatch.GetTimestamp();
    }

    private sealed class Body(Gaps gaps) : IDisposable
    {
        public void Dispose() => gaps.End();
    }
}

public static class Rows
{
    public const int Count = 200;

    public static TheoryData<int> All => [.. Enumerable.Range(0, Count)];
}

[Collection("timing")]
public sealed class PlainTests
{
    private static readonly Gaps Gap = new("plain xUnit", Rows.Count);

    [Theory]
    [MemberData(nameof(Rows.All), MemberType = typeof(Rows))]
    public void Is_empty(int row)
    {
        using var _ = Gap.Measure();
        Assert.InRange(row, 0, Rows.Count);
    }
}

public class UntouchedFixture : InfrastructureFixture
{
    public PostgresService Postgres { get; } = new() { Database = "orders" };

    public RedisService Redis { get; } = new();

    public ExternalServiceMock Payments { get; } = new();

    protected override void Configure(TestInfrastructure infra) => infra
        .Register("postgres", Postgres)
        .Register("redis", Redis)
        .Register("payments", Payments);
}

public sealed class TouchedFixture : UntouchedFixture
{
    protected override async Task SeedAsync(CancellationToken cancellationToken)
    {
        await using var command = Postgres.DataSource.CreateCommand("create table items (name text)");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

[Collection("timing")]
public sealed class UntouchedTests(UntouchedFixture infra) : IntegrationTest<UntouchedFixture>(infra)
{
    private static readonly Gaps Gap = new("adapter, untouched", Rows.Count);

    [Theory]
    [MemberData(nameof(Rows.All), MemberType = typeof(Rows))]
    public void Is_empty(int row)
    {
        using var _ = Gap.Measure();
        Assert.InRange(row, 0, Rows.Count);
    }
}

[Collection("timing")]
public sealed class TouchedTests(TouchedFixture infra) : IntegrationTest<TouchedFixture>(infra)
{
    private static readonly Gaps Gap = new("adapter, a row, a key and a stub per test", Rows.Count);
    private static StackExchange.Redis.ConnectionMultiplexer? _redis;

    [Theory]
    [MemberData(nameof(Rows.All), MemberType = typeof(Rows))]
    public async Task Writes(int row)
    {
        using var _ = Gap.Measure();
        Infra.Payments.When("GET", "/x").Respond(200);
        _redis ??= await Infra.Redis.ConnectAsync(Cancellation);
        await _redis.GetDatabase().StringSetAsync("cart", row);
        await using var insert = Infra.Postgres.DataSource.CreateCommand("insert into items values ('x')");
        await insert.ExecuteNonQueryAsync(Cancellation);
    }
}

/// <summary>The classes run one after another.</summary>
[CollectionDefinition("timing")]
public sealed class OneAfterAnother;
