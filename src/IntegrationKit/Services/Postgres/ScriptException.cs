using System.Text.RegularExpressions;

namespace IntegrationKit;

/// <summary>A script failed in the database.</summary>
public sealed partial class ScriptException : IntegrationKitException
{
    internal ScriptException(string script, long exitCode, string error)
        : base($"Script '{script}' failed: {(error.Length > 0 ? error : FormattableString.Invariant($"exit code {exitCode}, without a message."))}")
    {
        Script = script;
        ExitCode = exitCode;
        Error = error;
    }

    private ScriptException(ScriptException original, string hint)
        : base($"{original.Message}{Environment.NewLine}{hint}")
    {
        (Script, ExitCode, Error, Hint) = (original.Script, original.ExitCode, original.Error, hint);
    }

    /// <summary>The file's name.</summary>
    public string Script { get; }

    /// <summary>The exit code of psql, or of the shell script.</summary>
    public long ExitCode { get; }

    /// <summary>What it wrote to standard error: for SQL, the file, the line and the server's message.</summary>
    public string Error { get; }

    /// <summary>What to do if the reason is that the server is shared; else null.</summary>
    private string? Hint { get; }

    /// <inheritdoc/>
    public override string Fix => Hint ??
        $"Init script '{Script}' has an error{(Line().Match(Error) is { Success: true } at ? $" at line {at.Groups["line"].Value}" : "")}; correct it there. " +
        "Its error message is above.";

    /// <summary>The same failure, with an explanation if it happened because the server is shared.</summary>
    internal ScriptException OnSharedServer()
    {
        var hint =
            RoleExists().Match(Error) is { Success: true } role
                ? $"The role {role.Groups["name"].Value} belongs to the whole server, which this database shares with others, and another init script has made it. " +
                  "Set OwnServer = true, or make the role only where it is missing."
            : UnknownDatabase().Match(Error) is { Success: true } database
                ? $"On a shared server a slice's database has a generated name, which is in $POSTGRES_DB, and none is named {database.Groups["name"].Value}. " +
                  "Connect to the current database, or set OwnServer = true."
            : null;
        return hint is null ? this : new(this, hint);
    }

    [GeneratedRegex("role (?<name>\"[^\"]+\") already exists", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RoleExists();

    [GeneratedRegex("database (?<name>\"[^\"]+\") does not exist", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex UnknownDatabase();

    // As psql writes it: psql:schema.sql:12: ERROR:  …
    [GeneratedRegex(@"^psql:[^\n]*?:(?<line>\d+): ", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
