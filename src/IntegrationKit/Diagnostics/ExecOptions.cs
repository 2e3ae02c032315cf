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

    /// <summary>
    /// The most bytes that are kept of each of the two outputs, at least 1 KiB. Of a longer one the beginning and the end are
    /// kept, with a line between them that says how much is left out. Default 4 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1024.</exception>
    public int OutputLimit
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1024);
            field = value;
        }
    } = 4 * 1024 * 1024;
}
