namespace IntegrationKit.Services.Postgres;

/// <summary>Knows what a failed script suffers from where its own message does not say it.</summary>
internal static class ScriptHint
{
    /// <summary>What to do; null if nothing is known.</summary>
    /// <param name="script">The script's path.</param>
    /// <param name="error">What it wrote to standard error.</param>
    public static string? Find(string script, string error)
    {
        var ending = Path.GetExtension(script);
        if (HasWindowsLineEnds(script) && (ending == ".sh" || error.Contains('\r', StringComparison.Ordinal)))
        {
            return $"'{Path.GetFileName(script)}' has Windows line ends (CRLF), whose CR counts as part of the line. Save it with LF; in Git, " +
                $"'*{ending} text eol=lf' in .gitattributes keeps it so.";
        }

        return error.Contains("No such file or directory", StringComparison.Ordinal)
            ? "Only files and folders beside a script that its text names are in the container with it. Put what it needs into the script's folder, or below it, and name it there."
            : null;
    }

    private static bool HasWindowsLineEnds(string script)
    {
        using var file = File.OpenRead(script);
        Span<byte> begin = new byte[64 * 1024];
        return begin[..file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false)].IndexOf("\r\n"u8) >= 0;
    }
}
