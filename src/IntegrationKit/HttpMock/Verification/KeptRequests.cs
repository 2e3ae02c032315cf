namespace IntegrationKit.HttpMock;

/// <summary>
/// A queue of requests, or of what has a request, with a limit of items and one of bytes. Beyond the latter the oldest bodies are
/// dropped first, since a request without its body can still be counted; then the oldest items.
/// </summary>
internal sealed class KeptRequests<T>(JournalLimits limits, Func<T, ReceivedRequest> requestOf, Func<T, ReceivedRequest, T> withRequest)
{
    private readonly Queue<T> _withoutBodies = [];
    private readonly Queue<T> _newer = [];
    private long _bytes;

    public long Dropped { get; private set; }

    public IReadOnlyList<T> ToList() => [.. _withoutBodies, .. _newer];

    public void Add(T item)
    {
        var kept = withRequest(item, requestOf(item).Keep(limits.BodyBytes));
        _newer.Enqueue(kept);
        _bytes += requestOf(kept).Size;
        while (_bytes > limits.Bytes && _newer.TryDequeue(out var oldest))
        {
            _bytes -= requestOf(oldest).Size;
            var bare = withRequest(oldest, requestOf(oldest).Keep(0));
            _bytes += requestOf(bare).Size;
            _withoutBodies.Enqueue(bare);
        }

        while ((_bytes > limits.Bytes || _withoutBodies.Count + _newer.Count > limits.Requests) &&
            (_withoutBodies.TryDequeue(out var dropped) || _newer.TryDequeue(out dropped)))
        {
            _bytes -= requestOf(dropped).Size;
            Dropped++;
        }
    }

    public void Clear()
    {
        _withoutBodies.Clear();
        _newer.Clear();
        (_bytes, Dropped) = (0, 0);
    }
}
