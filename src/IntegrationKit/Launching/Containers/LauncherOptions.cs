using IntegrationKit.Engine;

namespace IntegrationKit.Launching.Containers;

/// <summary>How containers are launched for one infrastructure.</summary>
internal sealed record LauncherOptions(string? EngineEndpoint, string? ImagePrefix, bool Watchdog = true, bool PublishPortsOnAllInterfaces = false)
{
    private static readonly string[] PrefixVariables = ["INTEGRATIONKIT_IMAGE_PREFIX", "TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX"];

    /// <summary>Where the engine is looked for. A program may point the variable to another engine between two infrastructures.</summary>
    public string EngineKey => EngineEndpoint ?? Environment.GetEnvironmentVariable("DOCKER_HOST") ?? string.Empty;

    /// <summary>Puts the image prefix, the option's or else the environment's, before an image that names no registry.</summary>
    public string Qualify(string image) => Qualify(image, Environment.GetEnvironmentVariable);

    internal string Qualify(string image, Func<string, string?> environment)
    {
        var prefix = ImagePrefix ?? PrefixVariables.Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return string.IsNullOrEmpty(prefix) || ImageReference.Parse(image) is not { HasRegistryHost: false } reference
            ? image
            : reference.WithPrefix(prefix).ToString();
    }
}
