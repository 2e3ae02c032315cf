using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;

namespace IntegrationKit.Orchestration;

/// <summary>Lets one operation of an infrastructure at a time go on. The others wait for it within a limit.</summary>
internal sealed class OperationGate(TimeProvider timeProvider)
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Deadline? _underWay;

    /// <summary>Waits for the operation before this one.</summary>
    /// <param name="operation">What is to be done, for the message: <c>started</c>.</param>
    /// <param name="length">How long to wait; longer if the operation before is within its own limit, as a start is that pulls an image.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The operation before has not ended.</exception>
    public async Task EnterAsync(string operation, TimeSpan length, CancellationToken cancellationToken)
    {
        if (await _gate.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        length = length < Deadline.Longest ? length : Deadline.Longest;
        while (true)
        {
            using var limit = new Deadline(length, "the time that another operation may take", timeProvider, cancellationToken);
            try
            {
                await _gate.WaitAsync(limit.Token).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException e) when (limit.Passed is not null && !cancellationToken.IsCancellationRequested)
            {
                if (_underWay is not { IsCancelled: false })
                {
                    throw new TimeoutException($"Nothing was {operation}: another operation of this infrastructure has not ended within {Text.Seconds(length)}.", e);
                }
            }
        }
    }

    /// <summary>Notes the limit of the operation that has entered.</summary>
    public void Limit(Deadline deadline) => _underWay = deadline;

    /// <summary>Ends the operation that has entered.</summary>
    public void Exit()
    {
        _underWay = null;
        _gate.Release();
    }
}
