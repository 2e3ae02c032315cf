using IntegrationKit.Diagnostics;

namespace IntegrationKit.Readiness;

/// <summary>Makes the attempts of a probe, and keeps them to explain a failure.</summary>
internal sealed class ProbeAttempts(TimeProvider timeProvider)
{
    private const int Kept = 100;

    private readonly long _start = timeProvider.GetTimestamp();
    private readonly List<ProbeAttempt> _attempts = [];

    /// <summary>The first 50 and the last 50 attempts: a service that never gets ready has hundreds.</summary>
    public IReadOnlyList<ProbeAttempt> All => _attempts;

    public async ValueTask<ProbeResult> TryAsync(Func<CancellationToken, ValueTask<ProbeResult>> check, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var begun = timeProvider.GetElapsedTime(_start);
        using var limit = new CancellationTokenSource(timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var result = ProbeResult.NotReady("cancelled while it was tried");
        try
        {
            result = await TryAsync(check, either.Token).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            result = ProbeResult.NotReady($"no answer within {Text.Seconds(timeout)}");
        }
        catch (UnusableProbeException e)
        {
            result = ProbeResult.NotReady(Text.Reason(e));
            throw;
        }
        finally
        {
            Keep(new ProbeAttempt(begun, timeProvider.GetElapsedTime(_start) - begun, result.Reason));
        }

        return result;
    }

    /// <summary>A probe that throws is not ready, whatever it throws: its target may be half started.</summary>
    public static async ValueTask<ProbeResult> TryAsync(Func<CancellationToken, ValueTask<ProbeResult>> check, CancellationToken cancellationToken)
    {
        try
        {
            return await check(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not UnusableProbeException && (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
        {
            return ProbeResult.NotReady(Text.Reason(e));
        }
    }

    private void Keep(ProbeAttempt attempt)
    {
        if (_attempts.Count == Kept)
        {
            _attempts.RemoveAt(Kept / 2);
        }

        _attempts.Add(attempt);
    }
}
