using IntegrationKit.Services.Postgres;

namespace IntegrationKit.Tests.Services.Postgres;

/// <summary>What the error of a failed script says to do.</summary>
public sealed class ScriptExceptionTests
{
    [Theory]
    [InlineData("psql:b.sql:1: NOTICE:  not yet\npsql:b.sql:3: ERROR:  relation \"x\" does not exist\nLINE 1: …", "b.sql' has an error at line 3; correct")]
    [InlineData("psql:b.sql:1: WARNING:  psql:b.sql:9: odd\npsql:part/c.sql:5: ERROR:  no", "b.sql' has an error at line 5 of 'part/c.sql'; correct")]
    [InlineData("psql:b.sql:7: error: part.sql: no such thing", "b.sql' has an error at line 7; correct")]
    [InlineData("psql:b.sql:7: FATAL:  terminating connection", "b.sql' has an error at line 7; correct")]
    [InlineData("psql:b.sql:2: NOTICE:  the last word", "b.sql' has an error; correct")]
    public void Fix_names_the_first_error_and_no_notice(string error, string says) =>
        Assert.Contains(says, new ScriptException("b.sql", 3, error).Fix, StringComparison.Ordinal);

    [Theory]
    [InlineData("psql:b.sql:1: ERROR:  role \"app\" already exists", "The role \"app\" belongs to the whole server")]
    [InlineData("psql:b.sql:1: ERROR:  database \"shop\" already exists", "The database \"shop\" belongs to the whole server")]
    [InlineData("psql:b.sql:1: ERROR:  replication slot \"s\" already exists", "The replication slot \"s\" belongs to the whole server")]
    [InlineData("psql:b.sql:1: ERROR:  could not open file \"postgresql.auto.conf.tmp\": Is a directory", "ALTER SYSTEM concerns the whole server")]
    [InlineData("psql:b.sql:1: error: FATAL:  database \"orders\" does not exist", "none is named \"orders\"")]
    public void Failure_on_a_shared_server_names_OwnServer(string error, string says)
    {
        var shared = new ScriptException("b.sql", 3, error).OnSharedServer();

        Assert.Contains(says, shared.Fix, StringComparison.Ordinal);
        Assert.Contains("OwnServer = true", shared.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.sh", "echo\r\n", "set: Illegal option -", "'a.sh' has Windows line ends (CRLF), whose CR counts")]
    [InlineData("a.sql", "\\set x 1\r\n", "psql:a.sql:1: error: 1\r", "'a.sql' has Windows line ends (CRLF), whose CR counts")]
    [InlineData("a.sql", "SELECT x;\r\n", "psql:a.sql:1: ERROR:  no x", null)]
    [InlineData("a.sh", "exit 1\n", "no", null)]
    public void Hint_names_the_line_ends_where_they_matter(string name, string content, string error, string? says)
    {
        var folder = Directory.CreateTempSubdirectory("integrationkit-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, name), content);

            Assert.StartsWith(says ?? "", ScriptHint.Find(Path.Combine(folder, name), error) ?? "", StringComparison.Ordinal);
            Assert.Equal(says is null, ScriptHint.Find(Path.Combine(folder, name), error) is null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
