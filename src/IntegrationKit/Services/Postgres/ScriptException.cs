using System.Text.RegularExpressions;

namespace IntegrationKit;

/// <summary>A script failed in the database.</summary>
public sealed partial class ScriptException : IntegrationKitException
{
    internal ScriptException(string script, long exitCode, string error)
        : base($"Script '{script}' failed: {(error.Length > 0 ? error : $"exit code {exitCode}, without a message.")}")
    {
        Script = script;
        ExitCode = exitCode;
        Error = error;
    }

    /// <summary>The file's name.</summary>
    public string Script { get; }

    /// <summary>The exit code of psql, or of the shell script.</summary>
    public long ExitCode { get; }

    /// <summary>What it wrote to standard error: for SQL, the file, the line and the server's message.</summary>
    public string Error { get; }

    internal override string Fix =>
        $"Init script '{Script}' has an error{(Line().Match(Error) is { Success: true } at ? $" at line {at.Groups["line"].Value}" : "")}; correct it there. " +
        "Its own words stand above.";

    // As psql writes it: psql:schema.sql:12: ERROR:  …
    [GeneratedRegex(@"^psql:[^\n]*?:(?<line>\d+): ", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
