using System.Diagnostics;

namespace IntegrationKit.Diagnostics;

/// <summary>Decides which exception is worth showing beneath a message that was made from it.</summary>
internal static class InnerError
{
    private static readonly string[] Libraries = ["System", "Microsoft", "IntegrationKit", "Docker", "Npgsql", "StackExchange", "Polly"];

    /// <summary>The exception; of one of ours whose text is in the message already, its inner exception; null if neither says more.</summary>
    public static Exception? Of(string message, Exception? error) =>
        error is IntegrationKitException && Has(message, error.Message) ? Inside(message, error) : error;

    /// <summary>The inner exception of one whose text is in the message, if that says more.</summary>
    public static Exception? Inside(string message, Exception error) => error.InnerException switch
    {
        null => null,
        IntegrationKitException own => Of(message, own),
        var foreign => !Has(message, foreign.Message) || IsFromUsersCode(foreign) ? foreign : null,
    };

    /// <summary>Line breaks and indentation make no difference.</summary>
    private static bool Has(string message, string text) => Words(message).Contains(Words(text), StringComparison.Ordinal);

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Whether its stack leads to code that is neither ours nor that of a library.</summary>
    private static bool IsFromUsersCode(Exception error) =>
        new StackTrace(error).GetFrames().Any(frame => frame.GetMethod()?.Module.Assembly.GetName().Name is { } assembly &&
            !Array.Exists(Libraries, each => assembly == each || assembly.StartsWith(each + ".", StringComparison.Ordinal)));
}
