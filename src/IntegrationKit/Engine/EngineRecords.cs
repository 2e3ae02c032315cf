namespace IntegrationKit.Engine;

internal sealed record EngineVersion(string Version, string ApiVersion, string? MinApiVersion, string OperatingSystem, string Architecture);

/// <summary>A container event.</summary>
/// <param name="Action">For example <c>die</c>, <c>oom</c>, <c>destroy</c>, <c>health_status: healthy</c>.</param>
/// <param name="Id">The container's id.</param>
/// <param name="ExitCode">With <c>die</c>, the exit code.</param>
/// <param name="Time">When, by the engine's clock.</param>
internal sealed record EngineEvent(string Action, string Id, int? ExitCode, DateTimeOffset Time);
