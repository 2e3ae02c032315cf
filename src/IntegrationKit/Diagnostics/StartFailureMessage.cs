using System.Text;

namespace IntegrationKit.Diagnostics;

/// <summary>Writes the message of a failed start for a person at a terminal: in aligned rows, the most useful first, at most 60 lines.</summary>
internal static class StartFailureMessage
{
    private const int MaxAttempts = 6;
    private const int MaxLogLines = 25;
    private const int MaxOthers = 10;
    private const int MaxCauseLines = 8;
    private const int MaxHealthLines = 3;
    private const int MaxWidth = 280;
    private const int MaxLineOfBlock = 2000;

    public static string Write(
        string service, TimeSpan elapsed, Exception cause, StartEvidence evidence, IReadOnlyDictionary<string, string> others)
    {
        // A password that is the name of a service must not hide that.
        foreach (var name in others.Keys.Append(service))
        {
            evidence.Redactor.AddWord(name);
        }

        var message = new StringBuilder();
        message.Append($"Service '{service}' could not be started ({Text.Seconds(elapsed)}).");
        message.Append(' ').Append(Block(cause.Message, MaxCauseLines, indent: 2));
        Row(message, "Likely cause", LikelyCause.Find(cause, evidence));
        Row(message, "Waited for", evidence.WaitingFor is { } what ? Text.FirstLine(what) : null);
        Attempts(message, evidence.Attempts);
        Container(message, evidence.Container, evidence.Redact);
        Others(message, others);
        return evidence.Redact(message.ToString());
    }

    private static void Attempts(StringBuilder message, IReadOnlyList<ProbeAttempt> attempts)
    {
        if (attempts.Count == 0)
        {
            return;
        }

        Row(message, "Attempts", $"{attempts.Count}");
        foreach (var attempt in attempts.Count <= MaxAttempts ? attempts : [.. attempts.Take(2), .. attempts.TakeLast(MaxAttempts - 2)])
        {
            Line(message, $"at {Text.Seconds(attempt.StartedAfter),-8} {Text.Cut(Text.FirstLine(attempt.Reason ?? "ready"), MaxWidth)} ({Text.Seconds(attempt.Duration)})");
        }
    }

    private static void Container(StringBuilder message, ContainerFacts? container, Func<string, string> redact)
    {
        if (container is null)
        {
            return;
        }

        var exit = container.ExitCode is { } code ? FormattableString.Invariant($", exit code {code}{(container.OutOfMemory ? ", out of memory" : "")}") : "";
        Row(message, "Container", $"{container.Image} ({container.Id[..Math.Min(12, container.Id.Length)]}), {container.Status}{exit}");
        Row(message, "Health", container.Health is { } health ? Block(health, MaxHealthLines, indent: 15) : null);
        Row(message, "Ports", container.Ports.Count == 0 ? null : string.Join(", ", container.Ports.Select(p => $"{p.Key} -> {p.Value}")));
        Row(message, "Last log", container.LastLogLines.Count == 0 ? "(empty)" : "");
        foreach (var line in container.LastLogLines.TakeLast(MaxLogLines).Select(redact))
        {
            Line(message, Text.Cut(line, MaxWidth));
        }
    }

    private static void Others(StringBuilder message, IReadOnlyDictionary<string, string> others)
    {
        foreach (var (i, (name, state)) in others.Take(MaxOthers).Index())
        {
            Row(message, i == 0 ? "Others" : "", $"{name}: {state}");
        }

        if (others.Count > MaxOthers)
        {
            Row(message, "", $"and {others.Count - MaxOthers} more");
        }
    }

    /// <summary>
    /// A text of several lines as one block: each line is indented; if there are too many, some in the middle are left out. What
    /// a program says last is as likely to be the reason as what it says first.
    /// </summary>
    private static string Block(string text, int maxLines, int indent)
    {
        var lines = text.TrimEnd().ReplaceLineEndings("\n").Split('\n');
        var last = (maxLines - 1) / 2;
        string[] shown = lines.Length <= maxLines
            ? lines
            : [.. lines.Take(maxLines - 1 - last), $"… {lines.Length - maxLines + 1} more lines …", .. lines.TakeLast(last)];
        return string.Join(Environment.NewLine + new string(' ', indent), shown.Select(line => Text.Cut(line, MaxLineOfBlock)));
    }

    private static void Row(StringBuilder message, string title, string? text)
    {
        if (text is not null)
        {
            message.AppendLine().Append($"  {title,-13}{text}".TrimEnd());
        }
    }

    private static void Line(StringBuilder message, string text) => message.AppendLine().Append("    ").Append(text);
}
