namespace IntegrationKit;

/// <summary>Which part of a log to read. Default: all of it up to this moment.</summary>
public sealed record LogQuery
{
    /// <summary>Whether to go on with what is logged later, until the server ends or the token is cancelled. Default false.</summary>
    public bool Follow { get; init; }

    /// <summary>The last so many lines only. Default null: all.</summary>
    public int? Tail { get; init; }

    /// <summary>Lines from this moment on, by the clock of the machine on which the server runs. Default null: from the beginning.</summary>
    public DateTimeOffset? Since { get; init; }
}
