namespace IntegrationKit.Ownership;

/// <summary>A process by its number and the moment of its start: numbers are used again.</summary>
/// <param name="Id">The process number.</param>
/// <param name="StartTime">As <see cref="RunningProcess.StartTime"/> has it; empty where it could not be read.</param>
internal readonly record struct OwnerProcess(int Id, string StartTime)
{
    public static OwnerProcess Current { get; } =
        new(Environment.ProcessId, ProcessTable.OfThisHost.Find(Environment.ProcessId)?.StartTime ?? string.Empty);

    /// <summary>
    /// Whether this very process still runs. A process of its number whose start time cannot be read is taken for it: it is
    /// better to leave what a dead owner left than to remove what a living one uses.
    /// </summary>
    public bool IsAliveIn(ProcessTable processes) =>
        processes.Find(Id) is { } found && (found.StartTime is null || StartTime.Length == 0 || found.StartTime == StartTime);
}
