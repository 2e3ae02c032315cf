namespace IntegrationKit.Adapter;

/// <summary>The right of one test to use a fixture.</summary>
internal sealed class Lease(TestHandle holder, bool exclusive)
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reported = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isRevoked;

    public TestHandle Holder => holder;

    /// <summary>Nobody else uses the fixture at the same time.</summary>
    public bool IsExclusive => exclusive;

    /// <summary>xUnit reported the test as ended, but it still ran, so the fixture was given to the next test.</summary>
    public bool IsRevoked => _isRevoked;

    public bool IsReleased => _released.Task.IsCompleted;

    /// <summary>The test no longer uses the fixture.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>xUnit reported the test as ended, but it may still run.</summary>
    public void MarkReported() => _reported.TrySetResult();

    /// <summary>Waits until the test has ended; once it is reported as ended, no longer than the limit.</summary>
    /// <returns>Whether it ended.</returns>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.WhenAny(_released.Task, _reported.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _released.Task.WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public void Revoke()
    {
        _isRevoked = true;
        Release();
    }
}
