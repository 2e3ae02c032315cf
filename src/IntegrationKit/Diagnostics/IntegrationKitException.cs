namespace IntegrationKit;

/// <summary>The root of every exception that IntegrationKit makes. A caller's mistake is a BCL exception instead.</summary>
public class IntegrationKitException : Exception
{
    /// <summary>Makes an exception with a message that a person can act on.</summary>
    public IntegrationKitException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>What is likely wrong and how to correct it, where the error itself knows; else null.</summary>
    internal virtual string? Fix => null;
}
