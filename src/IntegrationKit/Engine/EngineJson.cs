using System.Text.Json.Serialization;

namespace IntegrationKit.Engine;

/// <summary>Serializers for the calls that every start makes, generated when the library is compiled.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContainerRequest))]
[JsonSerializable(typeof(ContainerInspectResponse))]
[JsonSerializable(typeof(ImageInspectResponse))]
[JsonSerializable(typeof(NetworkRequest))]
[JsonSerializable(typeof(ExecRequest))]
[JsonSerializable(typeof(ExecStartRequest))]
[JsonSerializable(typeof(ExecInspectResponse))]
[JsonSerializable(typeof(CreatedResponse))]
[JsonSerializable(typeof(List<ListedContainer>))]
[JsonSerializable(typeof(List<ListedImage>))]
[JsonSerializable(typeof(List<ListedNetwork>))]
[JsonSerializable(typeof(ListedVolumes))]
[JsonSerializable(typeof(EngineInfo))]
[JsonSerializable(typeof(IDictionary<string, IDictionary<string, bool>>))]
internal sealed partial class EngineJson : JsonSerializerContext;

/// <summary>The answer to a call that made something.</summary>
internal sealed record CreatedResponse(string? Id);

internal sealed record NetworkRequest(string Name, string Driver, IReadOnlyDictionary<string, string> Labels);

internal sealed record ExecRequest(
    IReadOnlyList<string> Cmd, IEnumerable<string> Env, string? User, string? WorkingDir, bool AttachStdout, bool AttachStderr);

internal sealed record ExecStartRequest(bool Detach, bool Tty);

internal sealed record ExecInspectResponse(bool Running, long? ExitCode);

internal sealed record ListedContainer(string? Id, List<string>? Names, string? Image, string? State, Dictionary<string, string>? Labels);

internal sealed record ListedImage(List<string>? RepoTags);

internal sealed record ListedNetwork(string? Id, string? Name, Dictionary<string, string>? Labels);

internal sealed record ListedVolumes(List<ListedVolume>? Volumes);

internal sealed record EngineInfo(DateTimeOffset? SystemTime);

internal sealed record ListedVolume(string? Name, Dictionary<string, string>? Labels);
