namespace IntegrationKit.EngineTests.Reset;

/// <summary>What the proofs of the reset are run on.</summary>
internal static class Proof
{
    /// <summary>The server's image: PROOF_IMAGE, default postgres:15.</summary>
    public static string Image => Environment.GetEnvironmentVariable("PROOF_IMAGE") ?? "postgres:15";
}
