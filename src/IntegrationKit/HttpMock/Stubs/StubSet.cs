namespace IntegrationKit.HttpMock;

/// <summary>The stubs of a mock and their baseline. Readers never wait.</summary>
internal sealed class StubSet
{
    private readonly Lock _gate = new();
    private volatile RequestStub[] _newestFirst = [];
    private volatile int _run;
    private (RequestStub Stub, StubDefinition Definition)[]? _baseline;

    /// <summary>The definition of each stub at this moment, the most recent one first.</summary>
    public StubDefinition[] Definitions => Array.ConvertAll(_newestFirst, stub => stub.Definition);

    public int Count => _newestFirst.Length;

    /// <summary>The number of the current run, from one stop to the next, to which new stubs belong.</summary>
    public int Run => _run;

    /// <summary>Adds the stub in front unless it is in the set.</summary>
    /// <exception cref="InvalidOperationException">It belongs to an earlier run: a test that timed out changes the stubs of the next one.</exception>
    public void Ensure(RequestStub stub)
    {
        lock (_gate)
        {
            if (stub.Run != _run)
            {
                throw new InvalidOperationException($"The stub {stub} was made before the mock was stopped, which removed it. Make it again with When.");
            }

            if (!_newestFirst.Contains(stub))
            {
                _newestFirst = [stub, .. _newestFirst];
            }
        }
    }

    /// <summary>Makes the current stubs the baseline that a reset restores.</summary>
    public void EndBaseline()
    {
        lock (_gate)
        {
            _baseline = Array.ConvertAll(_newestFirst, stub => (stub, stub.Definition));
        }
    }

    /// <summary>Goes back to the baseline and starts its sequences again. Does nothing while there is no baseline.</summary>
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

    /// <summary>The stubs that were added or changed since the baseline, in the order in which they were added.</summary>
    public IReadOnlyList<Leftover> FindLeftovers()
    {
        lock (_gate)
        {
            var baseline = (_baseline ?? []).ToDictionary(each => each.Stub, each => each.Definition);
            var different =
                from stub in _newestFirst.Reverse()
                where !baseline.TryGetValue(stub, out var before) || !stub.Definition.IsUnchanged(before)
                group stub by (Name: stub.ToString(), Difference: baseline.ContainsKey(stub) ? "changed" : "added");
            return [.. different.Select(each => new Leftover("stub", each.Key.Name, each.Count(), each.Count() == 1 ? each.Key.Difference : $"{each.Count()} {each.Key.Difference}"))];
        }
    }

    /// <summary>Goes back to the baseline and lets stubs be added to it again.</summary>
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
