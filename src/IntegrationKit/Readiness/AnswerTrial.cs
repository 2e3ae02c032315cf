using IntegrationKit.Diagnostics;

namespace IntegrationKit.Readiness;

/// <summary>Asks a server that has been ready for an answer. Any answer will do, also a refusal: one that hangs gives none.</summary>
internal static class AnswerTrial
{
    // More than once, since a busy machine may hold one up.
    private const int Tries = 2;

    /// <summary>Says that it does not answer; null if it does, or if its probe asks nothing of it.</summary>
    public static async Task<string?> FindSilenceAsync(Probe probe, IProbeTarget target, TimeSpan limit, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (probe.Question is not { } question)
        {
            return null;
        }

        for (var i = 0; i < Tries; i++)
        {
            var run = question.Begin(target, timeProvider);
            await using (run.ConfigureAwait(false))
            {
                if (await AnswersAsync(run, limit / Tries, timeProvider, cancellationToken).ConfigureAwait(false))
                {
                    return null;
                }
            }
        }

        return $"It runs but does not answer: nothing came back to '{question}' within {Text.Seconds(limit)}.";
    }

    private static async Task<bool> AnswersAsync(ProbeRun run, TimeSpan limit, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var passed = new CancellationTokenSource(limit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(passed.Token, cancellationToken);
        try
        {
            await run.CheckAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return !passed.IsCancellationRequested && !IsTimeout(e);
        }
    }

    /// <summary>A client may have a shorter limit of its own.</summary>
    private static bool IsTimeout(Exception? e) => e is not null && (e is TimeoutException || IsTimeout(e.InnerException));
}
