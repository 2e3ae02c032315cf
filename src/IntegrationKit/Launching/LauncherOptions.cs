using IntegrationKit.Engine;

namespace IntegrationKit.Launching;

/// <summary>How containers are launched for one infrastructure.</summary>
internal sealed record LauncherOptions(string? EngineEndpoint, string? ImagePrefix)
{
    private static readonly string[] PrefixVariables = ["INTEGRATIONKIT_IMAGE_PREFIX", "TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX"];

    /// <summary>Puts the image prefix, the option's or else the environment's, before an image that names no registry.</summary>
    public string Qualify(string image)
    {
        var prefix = ImagePrefix ?? PrefixVariables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        var reference = ImageReference.Parse(image);
        return string.IsNullOrEmpty(prefix) || reference.HasRegistryHost ? image : reference.WithPrefix(prefix).ToString();
    }
}
