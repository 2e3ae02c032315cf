using System.Text.RegularExpressions;
using IntegrationKit.Services.Postgres;

namespace IntegrationKit;

/// <summary>A script failed in the database.</summary>
public sealed partial class ScriptException : IntegrationKitException
{
    internal ScriptException(string script, long exitCode, string error, string? hint = null)
        : base($"Script '{script}' failed: {(error.Length > 0 ? error : FormattableString.Invariant($"exit code {exitCode}, without a message."))}{(hint is null ? "" : Environment.NewLine + hint)}")
    {
        Script = script;
        ExitCode = exitCode;
        Error = error;
        Hint = hint;
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

    /// <summary>What to do if the message itself does not say what is wrong; else null.</summary>
    private string? Hint { get; }

    /// <inheritdoc/>
    public override string Fix => Hint ?? $"Init script '{Script}' has an error{Place()}; correct it there. Its error message is above.";

    /// <summary>The same failure, with an explanation if it happened because the server is shared.</summary>
    internal ScriptException OnSharedServer()
    {
        var hint =
            Exists().Match(Error) is { Success: true } thing
                ? $"The {thing.Groups["kind"].Value} {thing.Groups["name"].Value} belongs to the whole server, which this database shares with others, and another one has made it. " +
                  $"Set OwnServer = true{(thing.Groups["kind"].Value == "role" ? ", or make the role only where it is missing" : "")}."
            : Error.Contains(PostgresCluster.BlockedFile, StringComparison.Ordinal)
                ? "ALTER SYSTEM concerns the whole server, which this database shares with others. Use the service's Settings, or set OwnServer = true."
            : UnknownDatabase().Match(Error) is { Success: true } database
                ? $"On a shared server a slice's database has a generated name, which is in $POSTGRES_DB, and none is named {database.Groups["name"].Value}. " +
                  "Connect to the current database, or set OwnServer = true."
            : null;
        return hint is null ? this : new(this, hint);
    }

    /// <summary>The first error, which may be in a file that the script includes. Notices have the same form.</summary>
    private string Place() => FirstError().Match(Error) is { Success: true } at
        ? $" at line {at.Groups["line"].Value}{(at.Groups["file"].Value == Script ? "" : $" of '{at.Groups["file"].Value}'")}"
        : "";

    [GeneratedRegex("(?<kind>role|database|tablespace|replication slot|subscription) (?<name>\"[^\"]+\") already exists", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Exists();

    [GeneratedRegex("database (?<name>\"[^\"]+\") does not exist", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex UnknownDatabase();

    // As psql writes it: psql:schema.sql:12: ERROR:  …, and of its own commands psql:schema.sql:12: error: …
    [GeneratedRegex(@"^psql:(?<file>[^\n]*?):(?<line>\d+): (ERROR|FATAL|PANIC|error|fatal): ", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex FirstError();
}
