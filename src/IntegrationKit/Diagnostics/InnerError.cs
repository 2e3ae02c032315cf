using System.Diagnostics;

namespace IntegrationKit.Diagnostics;

/// <summary>Decides which exception is worth showing beneath a message that was made from it.</summary>
internal static class InnerError
{
    private static readonly string[] Libraries = ["System", "Microsoft", "IntegrationKit", "Docker", "Npgsql", "StackExchange", "Polly"];

    /// <summary>The exception, or of one of ours whose text the message has already, what is inside it; null where neither says more.</summary>
    public static Exception? Of(string message, Exception? error) =>
        error is IntegrationKitException && Has(message, error.Message) ? Inside(message, error) : error;

    /// <summary>What is inside an exception whose text the message has, where that says more.</summary>
    public static Exception? Inside(string message, Exception error) => error.InnerException switch
    {
        null => null,
        IntegrationKitException own => Of(message, own),
        var foreign => !Has(message, foreign.Message) || IsFromUsersCode(foreign) ? foreign : null,
    };

    /// <summary>Whatever the line breaks and the indentation.</summary>
    private static bool Has(string message, string text) => Words(message).Contains(Words(text), StringComparison.Ordinal);

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Whether its stack leads to code that is neither ours nor that of a library.</summary>
    private static bool IsFromUsersCode(Exception error) =>
        new StackTrace(error).GetFrames().Any(frame => frame.GetMethod()?.Module.Assembly.GetName().Name is { } assembly &&
            !Array.Exists(Libraries, each => assembly == each || assembly.StartsWith(each + ".", StringComparison.Ordinal)));
}
