namespace IntegrationKit.Diagnostics;

/// <summary>The settings of a container that can explain a failure.</summary>
/// <param name="Engine">The engine's address, for example <c>unix:///var/run/docker.sock</c>.</param>
/// <param name="EngineIsLocal">Whether its ports are published on 127.0.0.1.</param>
/// <param name="ImageArchitecture">As the engine names it, for example <c>arm64</c>; empty if the image does not say.</param>
/// <param name="MemoryLimit">In bytes, or null.</param>
/// <param name="HostPorts">The fixed ports on the host.</param>
internal sealed record LaunchFacts(string Engine, bool EngineIsLocal, string ImageArchitecture, long? MemoryLimit, IReadOnlyList<int> HostPorts)
{
    public bool EngineIsPodman { get; init; }
}
