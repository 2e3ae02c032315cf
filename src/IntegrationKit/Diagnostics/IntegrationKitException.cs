using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>The root of every exception that IntegrationKit makes. A caller's mistake is a BCL exception instead.</summary>
public class IntegrationKitException : Exception
{
    /// <summary>
    /// Makes an exception with a message that a person can act on. An inner exception of this type whose message is part of
    /// that message is left out, so that a report does not show the same text twice; its own inner exception takes its
    /// place, where that says more.
    /// </summary>
    public IntegrationKitException(string message, Exception? innerException = null)
        : base(message, InnerError.Of(message, innerException))
    {
    }

    /// <summary>
    /// What is likely wrong and how to correct it, where the exception itself knows; else null, which is the default. Where a
    /// start fails with this exception it becomes the <see cref="ServiceStartException.LikelyCause"/>.
    /// </summary>
    public virtual string? Fix => null;
}
