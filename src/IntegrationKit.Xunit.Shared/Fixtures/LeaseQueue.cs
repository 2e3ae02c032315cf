namespace IntegrationKit.Adapter;

/// <summary>
/// Lets one test at a time use a fixture, or several tests that share it, in the order in which they ask.
/// </summary>
internal sealed class LeaseQueue(TimeProvider time, Action<TestHandle> revoked)
{
    /// <summary>How long to wait for a test that was reported as ended but still runs.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private readonly List<Lease> _active = [];

    /// <summary>The leases of the tests that use the fixture at this moment.</summary>
    public IReadOnlyList<Lease> Active
    {
        get
        {
            lock (_gate)
            {
                _active.RemoveAll(each => each.IsReleased);
                return [.. _active];
            }
        }
    }

    public async Task<Lease> EnterAsync(TestHandle test, bool exclusive, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var other in Active.Where(each => exclusive || each.IsExclusive))
            {
                if (Equals(other.Holder.Series, test.Series))
                {
                    other.MarkReported();
                }

                if (!await other.WaitAsync(EndLimit, time, cancellationToken).ConfigureAwait(false))
                {
                    other.Revoke();
                    revoked(other.Holder);
                }
            }

            var lease = new Lease(test, exclusive);
            lock (_gate)
            {
                _active.Add(lease);
            }

            return lease;
        }
        finally
        {
            _turn.Release();
        }
    }
}
