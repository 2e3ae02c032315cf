using System.Globalization;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>Many repetitions with chance in them. The same seed makes the same choices.</summary>
internal sealed class Storm
{
    /// <summary>Set to the seed that a run has printed, it repeats that run's choices.</summary>
    private const string SeedVariable = "INTEGRATIONKIT_SEED";

    private readonly int _seed;

    /// <param name="quick">How often something happens in a quick run.</param>
    /// <param name="full">How often it happens where <c>INTEGRATIONKIT_LONG</c> is 1.</param>
    public Storm(int quick, int full)
    {
        _seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var seed) ? seed : System.Random.Shared.Next();
        Random = new(_seed);
        Times = Environment.GetEnvironmentVariable("INTEGRATIONKIT_LONG") == "1" ? full : quick;
        Assert.SkipWhen(Times == 0, "Only eng/test.sh --long runs this.");
        Report($"{SeedVariable}={_seed}, {Times} times");
    }

    public Random Random { get; }

    public int Times { get; }

    public TimeSpan Moment(TimeSpan longest) => longest * Random.NextDouble();

    public void Report(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
