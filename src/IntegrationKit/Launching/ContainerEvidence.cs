namespace IntegrationKit.Launching;

/// <summary>Looks at a container whose service failed, before it is removed.</summary>
internal static class ContainerEvidence
{
    private const int LogLines = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>What could be learned within 5 s; null where the container is gone or the engine does not answer.</summary>
    public static async Task<ContainerFacts?> CollectAsync(RunningContainer container, StartEvidence evidence, TimeProvider timeProvider)
    {
        using var limit = new CancellationTokenSource(Limit, timeProvider);
        try
        {
            var details = await container.InspectAsync(limit.Token).ConfigureAwait(false);
            if (details is null)
            {
                return null;
            }

            var lines = new List<string>();
            await foreach (var line in container.ReadLogAsync(LogLines, limit.Token).ConfigureAwait(false))
            {
                lines.Add(evidence.Redact(line.Text));
            }

            var ended = !details.IsRunning && details.FinishedAt is not null;
            return new(
                details.Id,
                details.Image,
                details.Status,
                ended ? details.ExitCode : null,
                ended ? details.FinishedAt : null,
                details.OutOfMemory,
                details.Health is "none" or "" ? null : $"{details.Health} {evidence.Redact(details.HealthOutput.Trim())}".TrimEnd(),
                details.Ports,
                lines);
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            return null;
        }
    }
}
