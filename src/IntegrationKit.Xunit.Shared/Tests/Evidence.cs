using System.Text;

namespace IntegrationKit.Adapter;

/// <summary>What a failed test shows of its infrastructure.</summary>
internal static class Evidence
{
    private const int MaxLines = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What does not run, and what each server has logged for this fixture since a moment, at most its last 200 lines.</summary>
    public static async Task<string> CollectAsync(TestInfrastructure infra, DateTimeOffset since, TimeProvider time)
    {
        var text = new StringBuilder();
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            await infra.CheckAllAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            text.AppendLine(e.Message);
        }

        var logs = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        try
        {
            await foreach (var (service, line) in infra.ReadLogsAsync(since, limit.Token).ConfigureAwait(false))
            {
                if (!logs.TryGetValue(service, out var lines))
                {
                    logs[service] = lines = [];
                }

                lines.Add(line.Text);
            }
        }
        catch (Exception e)
        {
            text.AppendLine($"The logs could not be read to the end: {e.Message}");
        }

        foreach (var (service, lines) in logs)
        {
            text.AppendLine($"--- The log of '{service}' during this test{(lines.Count > MaxLines ? $", the last {MaxLines} of {lines.Count} lines" : "")}:");
            lines.TakeLast(MaxLines).ToList().ForEach(line => text.AppendLine(line));
        }

        return text.ToString().TrimEnd();
    }
}
