namespace IntegrationKit.HttpMock;

/// <summary>The stubs of a mock and their baseline. Readers never wait.</summary>
internal sealed class StubSet
{
    private readonly Lock _gate = new();
    private volatile RequestStub[] _newestFirst = [];
    private (RequestStub Stub, StubDefinition Definition)[]? _baseline;

    /// <summary>What each stub says at this moment, the most recent one first.</summary>
    public IReadOnlyList<StubDefinition> Definitions => Array.ConvertAll(_newestFirst, stub => stub.Definition);

    public int Count => _newestFirst.Length;

    /// <summary>Adds the stub in front, unless it is there.</summary>
    public void Ensure(RequestStub stub)
    {
        lock (_gate)
        {
            if (!_newestFirst.Contains(stub))
            {
                _newestFirst = [stub, .. _newestFirst];
            }
        }
    }

    /// <summary>Makes the present stubs, as they are, what a reset goes back to.</summary>
    public void EndBaseline()
    {
        lock (_gate)
        {
            _baseline = Array.ConvertAll(_newestFirst, stub => (stub, stub.Definition));
        }
    }

    /// <summary>Goes back to the baseline, its sequences from the start. Before there is one, does nothing.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            if (_baseline is not null)
            {
                Array.ForEach(_baseline, b => b.Stub.Restore(b.Definition));
                _newestFirst = Array.ConvertAll(_baseline, b => b.Stub);
            }
        }
    }

    /// <summary>Goes back to the baseline and takes more stubs into it.</summary>
    public void ReopenBaseline()
    {
        lock (_gate)
        {
            Reset();
            _baseline = null;
        }
    }
}
