namespace IntegrationKit.HttpMock;

/// <summary>The requests that arrived, and what responders threw, each up to the limits. Beyond them the oldest are dropped.</summary>
internal sealed class Journal(JournalLimits limits)
{
    private readonly Lock _gate = new();
    private readonly KeptRequests<ReceivedRequest> _requests = new(limits, request => request, (_, kept) => kept);
    private readonly KeptRequests<ResponderFailure> _failures = new(limits, failure => failure.Request, (failure, kept) => failure with { Request = kept });

    public JournalLimits Limits => limits;

    public JournalSnapshot Snapshot()
    {
        lock (_gate)
        {
            return new(_requests.ToList(), _failures.ToList(), _requests.Dropped);
        }
    }

    public void Add(ReceivedRequest request)
    {
        lock (_gate)
        {
            _requests.Add(request);
        }
    }

    public void Add(ResponderFailure failure)
    {
        lock (_gate)
        {
            _failures.Add(failure);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _requests.Clear();
            _failures.Clear();
        }
    }
}

/// <summary>The journal at one moment.</summary>
internal sealed record JournalSnapshot(
    IReadOnlyList<ReceivedRequest> Requests, IReadOnlyList<ResponderFailure> Failures, long Dropped);
