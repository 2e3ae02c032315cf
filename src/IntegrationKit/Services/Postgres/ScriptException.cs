namespace IntegrationKit;

/// <summary>A script failed in the database.</summary>
public sealed class ScriptException : IntegrationKitException
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
}
