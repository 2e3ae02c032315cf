namespace IntegrationKit.Adapter;

/// <summary>The right of one test to use a fixture.</summary>
internal sealed class Lease(TestHandle holder, bool exclusive)
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isExpelled;

    public TestHandle Holder => holder;

    /// <summary>Nobody else uses the fixture meanwhile.</summary>
    public bool IsExclusive => exclusive;

    /// <summary>The test was reported as over, ran on, and lost the fixture.</summary>
    public bool IsExpelled => _isExpelled;

    public bool IsReleased => _released.Task.IsCompleted;

    /// <summary>The test uses the fixture no more.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>The test was reported, but may still run.</summary>
    public void MarkOver() => _over.TrySetResult();

    /// <summary>Waits for the test's end: until it ends where it runs, for a moment where it was reported already.</summary>
    /// <returns>Whether it ended.</returns>
    public async Task<bool> WaitAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.WhenAny(_released.Task, _over.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _released.Task.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public void Expel()
    {
        _isExpelled = true;
        Release();
    }
}
