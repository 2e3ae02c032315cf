using System.Globalization;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>What the proofs of the reset are run with: PROOF_IMAGE is the server's image, default postgres:15, and PROOF_SEED the first seed, default 1.</summary>
internal static class Proof
{
    public static string Image => Environment.GetEnvironmentVariable("PROOF_IMAGE") ?? "postgres:15";

    public static int FirstSeed => int.Parse(Environment.GetEnvironmentVariable("PROOF_SEED") ?? "1", CultureInfo.InvariantCulture);

    public static bool IsLong => Environment.GetEnvironmentVariable("INTEGRATIONKIT_LONG") == "1";
}
