using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>Many repetitions with chance in them. The same seed makes the same choices.</summary>
internal sealed class Storm
{
    /// <param name="quick">How often something happens in a quick run.</param>
    /// <param name="full">How often it happens where <c>INTEGRATIONKIT_LONG</c> is 1.</param>
    public Storm(int quick, int full)
    {
        var seed = LongRun.Seed ?? System.Random.Shared.Next();
        Random = new(seed);
        Times = LongRun.IsOn ? full : quick;
        Assert.SkipWhen(Times == 0, "Only eng/test.sh --long runs this.");
        Report($"{LongRun.SeedVariable}={seed}, {Times} times");
    }

    public Random Random { get; }

    public int Times { get; }

    public TimeSpan Moment(TimeSpan longest) => longest * Random.NextDouble();

    public void Report(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
