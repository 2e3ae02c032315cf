using System.Globalization;

namespace IntegrationKit.EngineTests.Support;

/// <summary>What a run is told by its environment: whether it repeats in full, and with which choices.</summary>
internal static class LongRun
{
    /// <summary>Set to the seed that a run has printed, it repeats that run's choices.</summary>
    public const string SeedVariable = "INTEGRATIONKIT_SEED";

    /// <summary>Whether <c>INTEGRATIONKIT_LONG</c> is 1, as <c>eng/test.sh --long</c> sets it.</summary>
    public static bool IsOn => Environment.GetEnvironmentVariable("INTEGRATIONKIT_LONG") == "1";

    /// <summary>The seed that was set, or null.</summary>
    public static int? Seed => int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var seed) ? seed : null;
}
