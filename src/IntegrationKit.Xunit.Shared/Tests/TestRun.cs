using System.Reflection;

namespace IntegrationKit.Adapter;

/// <summary>What happens around one test: the wait for its turn, the reset, and the evidence of its failure.</summary>
internal sealed class TestRun
{
    private readonly FixtureLifecycle _fixture;
    private readonly Type _testClass;
    private readonly TestHandle _test;
    private readonly CancellationTokenSource _ended;
    private readonly bool _isToldOfEnd;
    private Lease? _lease;
    private DateTimeOffset _begun;
    private int _hasEnded;
    private int _hasShown;

    public TestRun(FixtureLifecycle fixture, Type testClass, TestHandle test)
    {
        (_fixture, _testClass, _test) = (fixture, testClass, test);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(test.Cancellation);
        Cancellation = _ended.Token;
        _isToldOfEnd = test.TryObserveEnd(EndAsync);
        test.ObserveAbandonment(Abandon);
    }

    public CancellationToken Cancellation { get; }

    private bool KeepsState =>
        _test.Method?.IsDefined(typeof(KeepStateAttribute), inherit: true) is true || _testClass.IsDefined(typeof(KeepStateAttribute), inherit: true);

    /// <summary>Makes the fixture ready for the test. User code runs where xUnit wants it.</summary>
    public async Task BeginAsync(Func<Task> arrange)
    {
        try
        {
            if (_test.Levels.FindConflict(_testClass, _fixture.Fixture) is { } conflict)
            {
                throw new InvalidOperationException(conflict);
            }

            _lease = await _fixture.BeginAsync(_test, _testClass, KeepsState, Cancellation).ConfigureAwait(true);
            _begun = _fixture.Time.GetUtcNow();
            await arrange().ConfigureAwait(true);
        }
        catch (Exception e) when (!_isToldOfEnd)
        {
            // xUnit does not dispose a test whose initialisation failed.
            await EndAsync(e is not SkipTestException, Task.CompletedTask).ConfigureAwait(true);
            throw;
        }
    }

    public async Task CleanUpAsync(Func<Task> cleanUp)
    {
        var failed = true;
        try
        {
            if (_lease is not { IsExpelled: true })
            {
                await cleanUp().ConfigureAwait(true);
            }

            failed = _test.HasFailed;
        }
        finally
        {
            if (!_isToldOfEnd)
            {
                await EndAsync(failed, Task.CompletedTask).ConfigureAwait(true);
            }
        }
    }

    public void ThrowIfExpelled()
    {
        if (_lease is { IsExpelled: true })
        {
            throw new InvalidOperationException($"{_test.Name} has timed out, and its infrastructure belongs to the next test.");
        }
    }

    /// <summary>The test is over; a part of it may still run.</summary>
    private async Task EndAsync(bool failed, Task body)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 1)
        {
            return;
        }

        if (failed)
        {
            await ShowEvidenceAsync().ConfigureAwait(false);
        }

        await _ended.CancelAsync().ConfigureAwait(false);
        if (body.IsCompleted)
        {
            Leave();
        }
        else
        {
            _lease?.MarkOver();
            _ = body.ContinueWith(_ => Leave(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>The test is being reported as timed out, at this moment; its output is collected when this returns.</summary>
    private void Abandon()
    {
        if (_test.HasFailed)
        {
            Task.Run(ShowEvidenceAsync).GetAwaiter().GetResult();
        }

        _lease?.MarkOver();
    }

    private void Leave()
    {
        if (_lease is { } lease)
        {
            _fixture.End(lease);
        }

        _ended.Dispose();
    }

    private async Task ShowEvidenceAsync()
    {
        if (_lease is { IsExpelled: false } && Interlocked.Exchange(ref _hasShown, 1) == 0
            && await Evidence.CollectAsync(_fixture.Infrastructure!, _begun, _fixture.Time).ConfigureAwait(false) is { Length: > 0 } evidence)
        {
            _test.Write(evidence);
        }
    }
}
