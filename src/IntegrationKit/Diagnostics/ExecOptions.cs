namespace IntegrationKit;

/// <summary>How a command runs in a container.</summary>
public sealed record ExecOptions
{
    /// <summary>Environment variables, besides those of the container. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The user, as <c>name</c>, <c>id</c> or <c>user:group</c>. Default null: the container's.</summary>
    public string? User { get; init; }

    /// <summary>The working directory. Default null: the container's.</summary>
    public string? WorkingDirectory { get; init; }
}
