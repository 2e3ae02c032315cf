using System.Text.RegularExpressions;
using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Finds out which table an error of a reset is about: by the statement that it stands in, since the message seldom says it.</summary>
internal static partial class FailedTable
{
    /// <summary>The table's name with its schema, quoted where needed; null if the error is not about the rows of a table.</summary>
    public static string? Find(PostgresException error) =>
        // The innermost statement comes first, and may be one of a function of the user.
        IsOfServer(error.SqlState) ? null : Statement.Matches($"{error.InternalQuery}\n{error.Where}").LastOrDefault()?.Groups["table"].Value;

    /// <summary>
    /// Whether the server, its memory or disk, the network, another transaction or a cancellation is to blame. Source: appendix A
    /// of PostgreSQL's manual.
    /// </summary>
    private static bool IsOfServer(string sqlState) => sqlState[..2] is "08" or "25" or "40" or "53" or "54" or "55" or "57" or "58" or "XX";

    [GeneratedRegex("""\b(INSERT INTO|DELETE FROM ONLY|TRUNCATE ONLY|LOCK TABLE ONLY) (?<table>("([^"]|"")+"|[^\s".]+)\.("([^"]|"")+"|[^\s".(]+))""")]
    private static partial Regex Statement { get; }
}
