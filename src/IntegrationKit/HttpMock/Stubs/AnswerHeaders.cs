using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit.HttpMock;

/// <summary>Finds the headers of an answer that cannot be sent.</summary>
internal static class AnswerHeaders
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>What is wrong, with the header's name; null where everything can be sent.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="method">The method of the request, or of the stub.</param>
    public static string? FindProblem(MockResponse answer, string method)
    {
        foreach (var (name, values) in answer.Headers)
        {
            if (FindProblem(answer, method, name, values) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? FindProblem(MockResponse answer, string method, string name, StringValues values)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            return $"The header '{Redaction.Short(name)}' cannot be sent: a name has letters, digits and !#$%&'*+-.^_`|~ only.";
        }

        foreach (var value in values)
        {
            var position = (value ?? string.Empty).AsSpan().IndexOfAnyExceptInRange(' ', '~');
            if (position >= 0 && value![position] != '\t')
            {
                return string.Create(CultureInfo.InvariantCulture,
                    $"The header '{name}' cannot be sent: its value has U+{(int)value[position]:X4} at position {position}, and a header takes printable ASCII only. Encode it, for example with Uri.EscapeDataString.");
            }
        }

        if (Is(name, "Transfer-Encoding") || Is(name, "Trailer"))
        {
            return $"The header '{name}' cannot be set: the server decides how the body is sent, with a Content-Length.";
        }

        if (Is(name, "Connection") && !values.All(value => Is(value, "close") || Is(value, "keep-alive")))
        {
            return $"The header '{name}' can be set to close or keep-alive only: the rest of it is the server's.";
        }

        return Is(name, "Content-Length") ? FindLengthProblem(answer, method, name, values) : null;
    }

    private static bool Is(string? text, string other) => string.Equals(text, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>An answer without a body may tell the length of the one that it stands for.</summary>
    private static string? FindLengthProblem(MockResponse answer, string method, string name, StringValues values)
    {
        var isNumber = long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var length);
        var hasNoBody = answer.Body.IsEmpty && (answer.Status == 304 || string.Equals(method, "HEAD", StringComparison.OrdinalIgnoreCase));
        return isNumber && (length == answer.Body.Length || hasNoBody)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"The header '{name}' is '{Redaction.Short(values.ToString())}', and the body has {answer.Body.Length} bytes. Leave it out: the server sets it.");
    }
}
