namespace IntegrationKit;

/// <summary>A web application under test did not start. It is the <see cref="ServiceStartException.Cause"/> of the start's exception.</summary>
public sealed class WebAppStartException : IntegrationKitException
{
    internal WebAppStartException(string entryPoint, string message, IReadOnlyList<string> lastLogLines, Exception? innerException = null)
        : base(message, innerException) => (EntryPoint, LastLogLines) = (entryPoint, lastLogLines);

    /// <summary>The type that the service was given.</summary>
    public string EntryPoint { get; }

    /// <summary>What the application logged last as a warning or worse, oldest first, at most 20 lines.</summary>
    public IReadOnlyList<string> LastLogLines { get; }
}
