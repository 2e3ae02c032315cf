namespace IntegrationKit.Suites;

/// <summary>A test's or a hook's code.</summary>
internal delegate Task Step(CancellationToken cancellationToken);

/// <summary>A time that a step may take, and how an error names it.</summary>
internal sealed record StepLimit(TimeSpan Duration, string Name, TimeProvider Time);

internal static class StepExtensions
{
    /// <summary>Runs the step and returns what it threw, or null. At its limit nobody waits for it any more.</summary>
    /// <param name="step">The code.</param>
    /// <param name="what">How an error names the step.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">The caller's, which the step gets; whether it heeds it is its own matter.</param>
    public static async Task<Exception?> TryAsync(this Step step, string what, StepLimit limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit.Duration, limit.Time);
        var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = ending.Token;
        try
        {
            // On another thread, so that the limit holds for code that blocks.
            await Task.Run(() => step(token), CancellationToken.None).WaitAsync(timeout.Token).ConfigureAwait(false);
            ending.Dispose();
            return null;
        }
#pragma warning disable CA1031 // Whatever a test throws is its result.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!timeout.IsCancellationRequested)
            {
                ending.Dispose();
                return e;
            }

            // Neither awaited nor disposed: what the step does on its cancellation may take any time.
            _ = ending.CancelAsync();
            return new TimeoutException($"{what} did not end within {limit.Name} ({limit.Duration}).", e);
        }
    }

    /// <summary>Runs the steps from the last to the first, each whatever the others do, and returns what they threw.</summary>
    public static async Task<List<Exception>> TryAllInReverseAsync(this IReadOnlyList<Step> steps, string what, StepLimit limit)
    {
        var errors = new List<Exception>();
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            // Not the caller's token: what was begun is cleaned up after a cancelled run, too.
            if (await steps[i].TryAsync(what, limit, CancellationToken.None).ConfigureAwait(false) is { } error)
            {
                errors.Add(error);
            }
        }

        return errors;
    }

    /// <summary>One step that runs these in order, up to the first that throws.</summary>
    public static Step InOrder(this IEnumerable<Step> steps) => async cancellationToken =>
    {
        foreach (var step in steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await step(cancellationToken).ConfigureAwait(false);
        }
    };
}
