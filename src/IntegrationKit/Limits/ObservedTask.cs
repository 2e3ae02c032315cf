namespace IntegrationKit.Limits;

/// <summary>A task that is waited for only for some time.</summary>
internal static class ObservedTask
{
    /// <summary>Marks its error as observed, even if it comes when nobody waits for the task any more.</summary>
    public static TTask Observed<TTask>(this TTask task)
        where TTask : Task
    {
        _ = task.ContinueWith(
            static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }
}
