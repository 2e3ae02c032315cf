namespace IntegrationKit.HttpMock;

/// <summary>The stubs of a mock and their baseline. Readers never wait.</summary>
internal sealed class StubSet
{
    private readonly Lock _gate = new();
    private volatile RequestStub[] _newestFirst = [];
    private volatile int _run;
    private (RequestStub Stub, StubDefinition Definition)[]? _baseline;

    /// <summary>What each stub says at this moment, the most recent one first.</summary>
    public IReadOnlyList<StubDefinition> Definitions => Array.ConvertAll(_newestFirst, stub => stub.Definition);

    public int Count => _newestFirst.Length;

    /// <summary>The number of the run, from one stop to the next, that a stub made at this moment belongs to.</summary>
    public int Run => _run;

    /// <summary>Adds the stub in front, unless it is there.</summary>
    /// <exception cref="InvalidOperationException">It belongs to an earlier run: a test that has timed out answers for the next one.</exception>
    public void Ensure(RequestStub stub)
    {
        lock (_gate)
        {
            if (stub.Run != _run)
            {
                throw new InvalidOperationException($"The stub {stub} was made before the mock was stopped, and went with that. Make it again with When.");
            }

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
            _run++;
            Array.ForEach(_newestFirst, stub => stub.Run = _run);
        }
    }
}
