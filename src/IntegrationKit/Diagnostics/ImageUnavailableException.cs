namespace IntegrationKit;

/// <summary>An image is not on the engine, and could not be pulled.</summary>
public sealed class ImageUnavailableException : IntegrationKitException
{
    internal ImageUnavailableException(string image, string reason, string? localAlternative, string? suggestedPrefix)
        : base(Describe(image, reason, localAlternative, suggestedPrefix))
    {
        Image = image;
        Reason = reason;
        LocalAlternative = localAlternative;
        SuggestedPrefix = suggestedPrefix;
    }

    /// <summary>The image, with the image prefix that applied.</summary>
    public string Image { get; }

    /// <summary>Why the pull failed, as the engine says it.</summary>
    public string Reason { get; }

    /// <summary>A local image of the same name and tag under another prefix, or null.</summary>
    public string? LocalAlternative { get; }

    /// <summary>The image prefix that leads to <see cref="LocalAlternative"/>, or null.</summary>
    public string? SuggestedPrefix { get; }

    private static string Describe(string image, string reason, string? localAlternative, string? suggestedPrefix) =>
        $"Image '{image}' is not on the engine, and pulling it failed: {reason}" + (localAlternative is null
            ? $"{Environment.NewLine}Pull or build it, or set an image prefix that leads to it (TestInfrastructureOptions.ImagePrefix or INTEGRATIONKIT_IMAGE_PREFIX)."
            : $"{Environment.NewLine}The engine has '{localAlternative}': set INTEGRATIONKIT_IMAGE_PREFIX={suggestedPrefix} to use it.");
}
