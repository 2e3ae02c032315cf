using System.Text.RegularExpressions;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>What a proxy does with a request instead of passing it on.</summary>
internal enum Fault
{
    /// <summary>Answers 500 in the engine's place.</summary>
    Refuse,

    /// <summary>Answers what is no HTTP.</summary>
    Garble,

    /// <summary>Does not pass it on, and closes the connection.</summary>
    Drop,

    /// <summary>Passes it on, and closes the connection after some bytes of the answer.</summary>
    Cut,

    /// <summary>Passes it on when it is told to.</summary>
    HoldRequest,

    /// <summary>Passes it on, and the answer when it is told to.</summary>
    HoldAnswer,
}

/// <summary>Requests that go wrong.</summary>
/// <param name="kind">How.</param>
/// <param name="request">What their first line is like.</param>
/// <param name="times">How many of them.</param>
/// <param name="bytes">How many bytes of an answer pass before it is cut.</param>
internal sealed class PlannedFault(Fault kind, Regex request, int times, int bytes)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = times;
    private int _bytesLeft = bytes;

    public Fault Kind => kind;

    /// <summary>Whether the engine gets to see such a request.</summary>
    public bool IsPassedOn => kind is Fault.Cut or Fault.HoldRequest or Fault.HoldAnswer;

    public bool IsMet => _met.Task.IsCompleted;

    /// <summary>Completes when the first request has come.</summary>
    public Task Met => _met.Task.WaitAsync(Limit, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>What the engine has answered to it, if it was passed on.</summary>
    public Task<string> Answered => _answer.Task.WaitAsync(Limit, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Lets what is held up go on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Ends it: from here on such requests are passed on.</summary>
    public void End() => Volatile.Write(ref _left, 0);

    public bool Meets(string line)
    {
        if (!request.IsMatch(line) || Interlocked.Decrement(ref _left) < 0)
        {
            return false;
        }

        _met.TrySetResult();
        return true;
    }

    public Task BeforeRequestAsync(CancellationToken cancellationToken) =>
        kind == Fault.HoldRequest ? _released.Task.WaitAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Returns how many bytes of an answer's next part pass.</summary>
    public async Task<int> TakeAnswerAsync(string answer, CancellationToken cancellationToken)
    {
        _answer.TrySetResult(answer);
        if (kind == Fault.HoldAnswer)
        {
            await _released.Task.WaitAsync(cancellationToken);
        }

        if (kind != Fault.Cut)
        {
            return answer.Length;
        }

        var passed = Math.Min(answer.Length, _bytesLeft);
        _bytesLeft -= passed;
        return passed;
    }
}
