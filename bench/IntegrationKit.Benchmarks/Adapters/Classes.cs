using Xunit;

namespace IntegrationKit.Benchmarks.Adapters;

/// <summary>The rows of the tests that are measured, each of which is a test.</summary>
public static class Rows
{
    /// <summary>How many tests a class has.</summary>
    public const int Count = 100;

    /// <summary>A number for each test.</summary>
    public static IEnumerable<TheoryDataRow<int>> All => Enumerable.Range(0, Count).Select(i => new TheoryDataRow<int>(i));
}

/// <summary>A fixture that does nothing.</summary>
public sealed class NoFixture;

/// <summary>Empty tests without the adapter.</summary>
public sealed class BareTests(NoFixture fixture) : IClassFixture<NoFixture>
{
    /// <summary>Does nothing.</summary>
    [Theory]
    [MemberData(nameof(Rows.All), MemberType = typeof(Rows))]
    public void Empty(int row)
    {
        TestGaps.Enter();
        _ = (row, fixture);
        TestGaps.Leave();
    }
}

/// <summary>Empty tests with an infrastructure of which they use nothing.</summary>
public sealed class IdleTests(IdleFixture fixture) : IntegrationTest<IdleFixture>(fixture)
{
    /// <summary>Does nothing.</summary>
    [Theory]
    [MemberData(nameof(Rows.All), MemberType = typeof(Rows))]
    public void Empty(int row)
    {
        TestGaps.Enter();
        _ = row;
        TestGaps.Leave();
    }
}

/// <summary>Tests that write to everything that their infrastructure has.</summary>
public sealed class UsingTests(UsedFixture fixture) : IntegrationTest<UsedFixture>(fixture)
{
    /// <summary>Writes a row and a key, and makes a stub.</summary>
    [Theory]
    [MemberData(nameof(Rows.All), MemberType = typeof(Rows))]
    public async Task Uses_everything(int row)
    {
        TestGaps.Enter();
        _ = row;
        await Infra.UseAsync();
        TestGaps.Leave();
    }
}
