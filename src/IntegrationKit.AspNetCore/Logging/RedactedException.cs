namespace IntegrationKit.AspNetCore;

/// <summary>Stands in the log for an application's exception that has a secret in it.</summary>
internal sealed class RedactedException : Exception
{
    private readonly string _text;

    private RedactedException(string message, string text)
        : base(message) => _text = text;

    /// <summary>The exception itself where there is no secret in it.</summary>
    public static Exception? Of(Exception? exception, StartContext start)
    {
        var text = exception?.ToString();
        return text is null || start.Redact(text) is var redacted && redacted == text ? exception : new RedactedException(start.Redact(exception!.Message), redacted);
    }

    public override string ToString() => _text;
}
