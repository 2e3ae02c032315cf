using System.Text.Json;
using Docker.DotNet;
using DotNet.Testcontainers.Configurations;

namespace IntegrationKit.Testcontainers;

/// <summary>The client by which Testcontainers talks to the engine, one for the whole process.</summary>
internal static class EngineClient
{
    private const string Variable = "DOCKER_API_VERSION";

    // The version that Testcontainers uses by default. It does not ask the engine.
    private static readonly Version Default = new(1, 44);
    private static readonly Lock Gate = new();

    /// <summary>Where it looks for the engine if a builder sets nothing else.</summary>
    public static string Endpoint => TestcontainersSettings.OS.DockerEndpointAuthConfig?.Endpoint.ToString().TrimEnd('/') ?? "no engine";

    /// <summary>
    /// Makes it speak a version that the engine speaks. It reads the variable once, at its first use in the process; if
    /// nobody has set it, it is set for that moment.
    /// </summary>
    /// <exception cref="IntegrationKitException">It speaks another version already.</exception>
    public static void Agree(ContainerOwnership ownership)
    {
        var engine = ownership.ApiVersion;
        if (ReadVersion(engine) is var asked && asked > engine)
        {
            throw new IntegrationKitException(
                $"Testcontainers asks for version {asked} of the engine's API, and the engine at {ownership.Engine} speaks {engine} at most. " +
                $"Set the environment variable {Variable} to {engine} before Testcontainers is first used in this process.");
        }
    }

    /// <summary>The engine's error message in an answer.</summary>
    public static string ReadMessage(DockerApiException refusal)
    {
        try
        {
            using var body = JsonDocument.Parse(refusal.ResponseBody ?? string.Empty);
            return body.RootElement.GetProperty("message").GetString() ?? refusal.Message;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return refusal.Message;
        }
    }

    private static Version ReadVersion(Version engine)
    {
        lock (Gate)
        {
            var isSet = engine < Default && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable));
            if (isSet)
            {
                Environment.SetEnvironmentVariable(Variable, engine.ToString());
            }

            try
            {
                return new DockerEndpointAuthenticationConfiguration(new Uri("tcp://127.0.0.1")).Version;
            }
            finally
            {
                if (isSet)
                {
                    Environment.SetEnvironmentVariable(Variable, null);
                }
            }
        }
    }
}
