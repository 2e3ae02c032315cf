namespace IntegrationKit.Adapter;

/// <summary>
/// Lets one test at a time use a fixture, or any number of those that share it, in the order in which they ask.
/// </summary>
internal sealed class LeaseQueue(TimeProvider time, Action<TestHandle> expelled)
{
    /// <summary>How long a test that was reported while it still ran is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private readonly List<Lease> _active = [];

    /// <summary>Those that use the fixture at this moment.</summary>
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
                    other.MarkOver();
                }

                if (!await other.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false))
                {
                    other.Expel();
                    expelled(other.Holder);
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
