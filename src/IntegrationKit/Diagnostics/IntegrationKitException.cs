using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>The root of every exception that IntegrationKit makes. A caller's mistake is a BCL exception instead.</summary>
public class IntegrationKitException : Exception
{
    /// <summary>
    /// Makes an exception with a message that a person can act on. An inner exception of this type whose message is part of
    /// that message is left out, so that a report does not show the same text twice; its own inner exception is used
    /// instead, if that says more.
    /// </summary>
    public IntegrationKitException(string message, Exception? innerException = null)
        : base(message, InnerError.Of(message, innerException))
    {
    }

    /// <summary>
    /// What is likely wrong and how to correct it, if the exception itself knows; default null. If a start fails with this
    /// exception, it becomes the <see cref="ServiceStartException.LikelyCause"/>.
    /// </summary>
    public virtual string? Fix => null;
}
