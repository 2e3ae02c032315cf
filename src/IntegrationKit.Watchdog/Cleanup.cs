using System.Text.Json;

namespace IntegrationKit.Watchdog;

/// <summary>Removes what a dead owner left, and waits for what the engine was still making when it died.</summary>
internal static class Cleanup
{
    // What the engine was still making when its client died is listed some seconds later.
    private static readonly TimeSpan BetweenEmptyListings = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    // An engine that restarts needs much less.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Whether nothing is left.</summary>
    public static async Task<bool> RunAsync(Assignment assignment)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var engine = new EngineHttp(assignment);
        var leftovers = new Leftovers(engine, assignment);
        var wasEmpty = false;
        var pause = ShortestPause;
        try
        {
            while (true)
            {
                var isEmpty = await TryRemoveAsync(leftovers, limit.Token).ConfigureAwait(false) == 0;
                if (isEmpty && wasEmpty)
                {
                    return true;
                }

                wasEmpty = isEmpty;
                await Task.Delay(isEmpty ? BetweenEmptyListings : pause, TimeProvider.System, limit.Token).ConfigureAwait(false);
                pause = isEmpty ? ShortestPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>How much there was, or null where the engine could not be asked.</summary>
    private static async Task<int?> TryRemoveAsync(Leftovers leftovers, CancellationToken cancellationToken)
    {
        try
        {
            return await leftovers.RemoveAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or KeyNotFoundException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
