using System.Diagnostics.CodeAnalysis;

namespace IntegrationKit.Tests.Orchestration.Support;

/// <summary>What happened to the services of a test, in order; a test can wait for an entry.</summary>
internal sealed class Journal
{
    private readonly Lock _gate = new();
    private readonly List<string> _entries = [];
    private readonly List<(string Entry, int Times, TaskCompletionSource Seen)> _waiting = [];

    public IReadOnlyList<string> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    public void Add(string entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
            foreach (var wait in _waiting.Where(each => each.Entry == entry && Count(entry) >= each.Times))
            {
                wait.Seen.TrySetResult();
            }
        }
    }

    public int Count(string entry)
    {
        lock (_gate)
        {
            return _entries.Count(each => each == entry);
        }
    }

    public int IndexOf(string entry)
    {
        lock (_gate)
        {
            return _entries.IndexOf(entry);
        }
    }

    /// <summary>Completes when the entry has been made that many times; fails after 10 s.</summary>
    [SuppressMessage("Reliability", "CA2016", Justification = "Soon passes the test's token.")]
    public Task SeenAsync(string entry, int times = 1)
    {
        lock (_gate)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Count(entry) >= times)
            {
                seen.SetResult();
            }

            _waiting.Add((entry, times, seen));
            return seen.Task.Soon();
        }
    }
}
