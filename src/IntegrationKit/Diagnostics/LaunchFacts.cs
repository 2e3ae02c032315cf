namespace IntegrationKit.Diagnostics;

/// <summary>How a container was asked for, as far as it can explain a failure.</summary>
/// <param name="Engine">The engine's address, for example <c>unix:///var/run/docker.sock</c>.</param>
/// <param name="EngineIsLocal">Whether its ports are published on 127.0.0.1.</param>
/// <param name="ImageArchitecture">In the engine's words, for example <c>arm64</c>; empty where the image does not say.</param>
/// <param name="MemoryLimit">In bytes, or null.</param>
/// <param name="HostPorts">The ports that were not left to the engine.</param>
internal sealed record LaunchFacts(string Engine, bool EngineIsLocal, string ImageArchitecture, long? MemoryLimit, IReadOnlyList<int> HostPorts);
