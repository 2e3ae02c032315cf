namespace IntegrationKit.Limits;

/// <summary>A task that may be waited for only for a while.</summary>
internal static class ObservedTask
{
    /// <summary>Has its error counted as observed, also one that comes when nobody waits for it any more.</summary>
    public static TTask Observed<TTask>(this TTask task)
        where TTask : Task
    {
        _ = task.ContinueWith(
            static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }
}
