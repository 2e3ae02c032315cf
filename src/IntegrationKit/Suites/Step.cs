namespace IntegrationKit.Suites;

/// <summary>A test's or a hook's code.</summary>
internal delegate Task Step(CancellationToken cancellationToken);

/// <summary>How long a step may take, and the limit's name in an error.</summary>
internal sealed record StepLimit(TimeSpan Duration, string Name, TimeProvider Time);

internal static class StepExtensions
{
    /// <summary>Runs the step and returns its exception, or null. At its limit the wait for it ends.</summary>
    /// <param name="step">The code.</param>
    /// <param name="what">The step's name in an error.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">The caller's token, which is passed to the step. The step may ignore it.</param>
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
#pragma warning disable CA1031 // Any exception of a test is its result.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!timeout.IsCancellationRequested)
            {
                ending.Dispose();
                return e;
            }

            // Neither awaited nor disposed: what the step does when it is cancelled may take any time.
            _ = ending.CancelAsync();
            return new TimeoutException($"{what} did not end within {limit.Name} ({limit.Duration}).", e);
        }
    }

    /// <summary>Runs the steps from the last to the first, also after one has failed, and returns their exceptions.</summary>
    public static async Task<List<Exception>> TryAllInReverseAsync(this IReadOnlyList<Step> steps, string what, StepLimit limit)
    {
        var errors = new List<Exception>();
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            // Not the caller's token: a cancelled run is cleaned up too.
            if (await steps[i].TryAsync(what, limit, CancellationToken.None).ConfigureAwait(false) is { } error)
            {
                errors.Add(error);
            }
        }

        return errors;
    }

    /// <summary>One step that runs these in order, until one throws.</summary>
    public static Step InOrder(this IEnumerable<Step> steps) => async cancellationToken =>
    {
        foreach (var step in steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await step(cancellationToken).ConfigureAwait(false);
        }
    };
}
