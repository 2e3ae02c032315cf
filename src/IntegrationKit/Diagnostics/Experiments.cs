namespace IntegrationKit.Diagnostics;

/// <summary>The ids of the diagnostics that mark public types which may still change.</summary>
internal static class Experiments
{
    /// <summary>What the author of a service uses: suppress it in the project that has services of its own.</summary>
    public const string WritingServices = "INTEGRATIONKIT001";
}
