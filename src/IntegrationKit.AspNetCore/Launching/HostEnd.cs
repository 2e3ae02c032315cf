namespace IntegrationKit.AspNetCore;

/// <summary>Ends an application's host within a limit, even where the application's code blocks or ignores its token.</summary>
internal static class HostEnd
{
    /// <summary>What runs in it may take this long to end by itself; requests under way are then cut.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>How long it may take in all.</summary>
    private static readonly TimeSpan Limit = Grace * 2;

    /// <exception cref="IntegrationKitException">It has not ended within the limit.</exception>
    public static async Task RunAsync(StopOnceHost host, StartContext start)
    {
        using var grace = new CancellationTokenSource(Grace, start.TimeProvider);
        var end = host.EndAsync(grace.Token);
        try
        {
            await end.WaitAsync(Limit, start.TimeProvider, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!end.IsCompleted)
        {
            Forget(end);
            throw new IntegrationKitException(
                FormattableString.Invariant($"The application's host has not ended within {Limit.TotalSeconds:0} s: a hosted service, or a service that is disposed of, blocks or ignores its cancellation token. It cannot be ended from outside."));
        }
        catch (Exception e) when (grace.IsCancellationRequested && IsCancellation(e))
        {
            WebAppLog.Cut(start.Logger, start.ServiceName, Grace.TotalSeconds);
        }
    }

    /// <summary>A failure of what nobody waits for any more is no unobserved exception.</summary>
    public static void Forget(Task task) =>
        _ = task.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>A host reports several services that were cut as one exception.</summary>
    private static bool IsCancellation(Exception error) =>
        error is OperationCanceledException || (error is AggregateException several && several.InnerExceptions.All(IsCancellation));
}
