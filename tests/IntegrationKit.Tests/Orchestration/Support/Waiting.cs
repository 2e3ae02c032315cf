namespace IntegrationKit.Tests.Orchestration.Support;

internal static class Waiting
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>A task that never completes otherwise fails the test, rather than letting the run hang.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <inheritdoc cref="Soon(Task)"/>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>Completes when the token is cancelled, and then throws as a well-behaved service does.</summary>
    public static Task Forever(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
}
