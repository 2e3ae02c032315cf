namespace IntegrationKit.HttpMock;

/// <summary>The requests that arrived, up to a limit. Beyond it the oldest are dropped and counted.</summary>
internal sealed class Journal(int limit)
{
    private readonly Lock _gate = new();
    private readonly Queue<ReceivedRequest> _requests = [];
    private readonly Queue<ResponderFailure> _failures = [];
    private long _dropped;

    public int Limit => limit;

    public JournalSnapshot Snapshot()
    {
        lock (_gate)
        {
            return new([.. _requests], [.. _failures], _dropped);
        }
    }

    public void Add(ReceivedRequest request)
    {
        lock (_gate)
        {
            _requests.Enqueue(request);
            if (_requests.Count > limit)
            {
                _requests.Dequeue();
                _dropped++;
            }
        }
    }

    public void Add(ResponderFailure failure)
    {
        lock (_gate)
        {
            _failures.Enqueue(failure);
            if (_failures.Count > limit)
            {
                _failures.Dequeue();
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _requests.Clear();
            _failures.Clear();
            _dropped = 0;
        }
    }
}

/// <summary>The journal at one moment.</summary>
internal sealed record JournalSnapshot(
    IReadOnlyList<ReceivedRequest> Requests, IReadOnlyList<ResponderFailure> Failures, long Dropped);
