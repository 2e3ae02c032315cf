using System.Globalization;
using IntegrationKit.Diagnostics;

namespace IntegrationKit.Tests.Diagnostics;

public sealed class StartFailureMessageTests
{
    private static readonly Dictionary<string, string> NoOthers = [];

    [Fact]
    public void Message_has_aligned_rows()
    {
        var evidence = new StartEvidence
        {
            WaitingFor = "login and SELECT 1",
            Attempts =
            [
                new(TimeSpan.Zero, TimeSpan.FromMilliseconds(3), "connection refused"),
                new(TimeSpan.FromMilliseconds(240), TimeSpan.FromSeconds(1.5), "the database system is starting up\nmore of it"),
            ],
            Container = new("0123456789abcdef", "postgres:15", "exited", 1, EndedAt: null, OutOfMemory: false, "unhealthy no answer", new Dictionary<int, int> { [5432] = 49153 }, ["first line", "last line"]),
        };
        var others = new Dictionary<string, string> { ["redis"] = "was ready, and was stopped", ["api"] = "had not begun: it waits for 'db'" };

        var error = new ServiceStartException("db", TimeSpan.FromSeconds(2.4), new ContainerExitedException(1, outOfMemory: false), evidence, others);

        Assert.Equal(
            """
            Service 'db' could not be started (2.4 s). Its container exited with code 1.
              Likely cause Its program ended with code 1, saying: last line. Correct that in Environment, Command or the image.
              Waited for   login and SELECT 1
              Attempts     2
                at 0 ms     connection refused (3 ms)
                at 240 ms   the database system is starting up (1.5 s)
              Container    postgres:15 (0123456789ab), exited, exit code 1
              Health       unhealthy no answer
              Ports        5432 -> 49153
              Last log
                first line
                last line
              Others       redis: was ready, and was stopped
                           api: had not begun: it waits for 'db'
            """,
            error.Message,
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Message_likely_cause_stands_second()
    {
        var evidence = new StartEvidence { Container = Container(outOfMemory: true) };

        var error = new ServiceStartException("db", TimeSpan.FromSeconds(1), new ContainerExitedException(137, outOfMemory: true), evidence, NoOthers);

        Assert.StartsWith("The container needs more memory than it was given.", error.LikelyCause, StringComparison.Ordinal);
        var lines = error.Message.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("  Likely cause " + error.LikelyCause, lines[1]);
        Assert.Contains(", exited, exit code 137, out of memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_without_evidence_is_one_line()
    {
        var error = new ServiceStartException("mock", TimeSpan.FromMilliseconds(12), new IOException("the port is taken"), new StartEvidence(), NoOthers);

        Assert.Equal("Service 'mock' could not be started (12 ms). the port is taken", error.Message);
    }

    [Fact]
    public void Message_is_at_most_60_lines()
    {
        var error = new ServiceStartException("db", TimeSpan.FromSeconds(60), new IOException(Lines("cause", 100)), Crowded(), Crowd(50));

        var lines = error.Message.ReplaceLineEndings("\n").Split('\n');

        Assert.InRange(lines.Length, 40, 60);
        Assert.Equal(["cause 2", "cause 3", "… 93 more lines …", "cause 97", "cause 98", "cause 99"], lines[2..8].Select(line => line.Trim()));
        Assert.Contains("  Attempts     200", lines);
        Assert.Equal(["attempt 0", "attempt 1", "attempt 196", "attempt 197", "attempt 198", "attempt 199"], Among(lines, "attempt "));
        Assert.Equal(25, lines.Count(line => line.StartsWith("    log ", StringComparison.Ordinal)));
        Assert.Equal("    log 499", lines.Last(line => line.StartsWith("    log ", StringComparison.Ordinal)));
        Assert.Equal("               and 40 more", lines[^1]);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 320));
    }

    [Fact]
    public void Properties_hold_all_that_the_message_leaves_out()
    {
        var cause = new IOException("no");
        var evidence = Crowded();

        var error = new ServiceStartException("db", TimeSpan.FromSeconds(60), cause, evidence, Crowd(50));

        Assert.Equal(("db", TimeSpan.FromSeconds(60), "the probe"), (error.ServiceName, error.Elapsed, error.WaitingFor));
        Assert.Same(cause, error.InnerException);
        Assert.Equal(200, error.Attempts.Count);
        Assert.Equal(50, error.OtherServices.Count);
        Assert.Equal(500, error.Container!.LastLogLines.Count);
        Assert.Null(error.LikelyCause);
    }

    [Fact]
    public void Message_shows_no_secret()
    {
        var evidence = new StartEvidence
        {
            WaitingFor = "login as admin:hunter2",
            Attempts = [new(TimeSpan.Zero, TimeSpan.Zero, "hunter2 was refused")],
            Container = Container(lines: ["password hunter2", "longer: hunter2-and-more", new string('x', 296) + "hunter2"], health: "unhealthy hunter2"),
        };
        evidence.Redactor.Add("hunter2");
        evidence.Redactor.Add("hunter2-and-more");
        evidence.Redactor.Add("");

        var error = new ServiceStartException("db", TimeSpan.Zero, new IOException("cannot log in with hunter2"), evidence, new Dictionary<string, string> { ["api"] = "failed too: hunter2" });

        Assert.DoesNotContain("hunt", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("-and-more", error.Message, StringComparison.Ordinal);
        Assert.Contains("cannot log in with ***", error.Message, StringComparison.Ordinal);
        Assert.Contains("    longer: ***", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_names_the_service_whose_password_is_an_ordinary_word()
    {
        var evidence = new StartEvidence
        {
            WaitingFor = "login and SELECT 1",
            Attempts = [new(TimeSpan.Zero, TimeSpan.Zero, "password authentication failed for user \"postgres\"")],
            Container = Container(lines: ["postgres: starting for orders-db", "POSTGRES_PASSWORD=postgres", "REDIS_PASSWORD=orders"]),
        };
        evidence.Redactor.Add("postgres");
        evidence.Redactor.Add("orders");

        var error = new ServiceStartException("postgres", TimeSpan.Zero, new IOException("no"), evidence, new Dictionary<string, string> { ["orders-db"] = "was ready" });

        Assert.StartsWith("Service 'postgres' could not be started", error.Message, StringComparison.Ordinal);
        Assert.Contains("failed for user \"postgres\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("postgres:15", error.Message, StringComparison.Ordinal);
        Assert.Contains("    postgres: starting for orders-db", error.Message, StringComparison.Ordinal);
        Assert.Contains("POSTGRES_PASSWORD=***", error.Message, StringComparison.Ordinal);
        Assert.Contains("REDIS_PASSWORD=***", error.Message, StringComparison.Ordinal);
        Assert.Contains("orders-db: was ready", error.Message, StringComparison.Ordinal);
        Assert.Contains("Service 'postgres'", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.34, "340 ms")]
    [InlineData(2.4, "2.4 s")]
    [InlineData(60, "60 s")]
    [InlineData(90, "90 s")]
    [InlineData(120, "2 min")]
    [InlineData(150, "2.5 min")]
    public void Durations_are_written_for_people(double seconds, string expected) => Assert.Equal(expected, Text.Seconds(TimeSpan.FromSeconds(seconds)));

    private static StartEvidence Crowded() => new()
    {
        WaitingFor = "the probe",
        Attempts = [.. Enumerable.Range(0, 200).Select(i => new ProbeAttempt(TimeSpan.FromSeconds(i), TimeSpan.Zero, $"attempt {i}\nsecond line"))],
        Container = Container(
            lines: [.. Enumerable.Range(0, 500).Select(i => i == 480 ? "log " + new string('x', 5_000) : $"log {i}")],
            health: Lines("health", 40)),
    };

    private static Dictionary<string, string> Crowd(int count) =>
        Enumerable.Range(0, count).ToDictionary(i => $"s{i.ToString(CultureInfo.InvariantCulture)}", _ => "was ready, and was stopped");

    private static string Lines(string text, int count) => string.Join('\n', Enumerable.Range(0, count).Select(i => $"{text} {i}"));

    private static IEnumerable<string> Among(string[] lines, string text) =>
        lines.Where(line => line.Contains(text, StringComparison.Ordinal)).Select(line => line[line.IndexOf(text, StringComparison.Ordinal)..line.LastIndexOf(" (", StringComparison.Ordinal)]);

    private static ContainerFacts Container(bool outOfMemory = false, string? health = null, params string[] lines) =>
        new("0123456789abcdef", "postgres:15", "exited", 137, EndedAt: null, outOfMemory, health, new Dictionary<int, int>(), lines);
}
