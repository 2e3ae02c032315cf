using System.Diagnostics;
using System.Reflection;

namespace IntegrationKit.Adapter;

/// <summary>What happens around one test: the wait for the fixture, the reset, and the logs that a failed test shows.</summary>
internal sealed class TestRun
{
    private readonly FixtureLifecycle _fixture;
    private readonly Type _testClass;
    private readonly TestHandle _test;
    private readonly CancellationTokenSource _ended;
    private readonly bool _observesEnd;
    private readonly LeftoverCheck _leftovers;
    private bool _isArranged;
    private Lease? _lease;
    private OwnDatabases? _own;
    private DateTimeOffset _begun;
    private int _hasEnded;
    private int _hasShown;

    public TestRun(FixtureLifecycle fixture, Type testClass, TestHandle test)
    {
        (_fixture, _testClass, _test) = (fixture, testClass, test);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(test.Cancellation);
        Cancellation = _ended.Token;
        _leftovers = new(fixture, testClass, test);
        _observesEnd = test.TryObserveEnd(EndAsync);
        test.ObserveCancellation(OnCancelled);
    }

    public CancellationToken Cancellation { get; }

    private bool KeepsState => Has<KeepStateAttribute>() && !Has<OwnDatabaseAttribute>();

    /// <summary>Makes the fixture ready for the test. User code runs in xUnit's synchronization context.</summary>
    public async Task BeginAsync(Func<Task> arrange)
    {
        try
        {
            if (_test.Levels.FindConflict(_testClass, _fixture.Fixture) is { } conflict)
            {
                throw new InvalidOperationException(conflict);
            }

            var keepsState = KeepsState;
            _lease = await _fixture.BeginAsync(_test, _testClass, keepsState, exclusive: !keepsState || _leftovers.IsOn, Cancellation).ConfigureAwait(true);
            _begun = _fixture.Time.GetUtcNow();
            await _leftovers.BeginAsync(keepsState).ConfigureAwait(true);
            _own = Has<OwnDatabaseAttribute>() ? await OwnDatabases.TakeAsync(_fixture, Cancellation).ConfigureAwait(true) : null;
            await arrange().ConfigureAwait(true);
            _isArranged = true;
        }
        catch (Exception e) when (!_observesEnd)
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
            if (_lease is not { IsRevoked: true })
            {
                await cleanUp().ConfigureAwait(true);
            }

            failed = _test.HasFailed;
        }
        finally
        {
            if (!_observesEnd)
            {
                await EndAsync(failed, Task.CompletedTask).ConfigureAwait(true);
            }
        }
    }

    [StackTraceHidden]
    public void ThrowIfRevoked()
    {
        if (_lease is { IsRevoked: true })
        {
            throw new InvalidOperationException($"{_test.Name} has timed out, and its infrastructure was given to the next test.");
        }
    }

    /// <summary>The test has ended; a part of it may still run.</summary>
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
            try
            {
                await (_own?.EndAsync() ?? Task.CompletedTask).ConfigureAwait(false);
                if (_isArranged && _lease is { IsRevoked: false })
                {
                    await _leftovers.EndAsync(failed).ConfigureAwait(false);
                }
            }
            finally
            {
                Release();
            }
        }
        else
        {
            _lease?.MarkReported();
            _ = EndLateAsync(body);
        }
    }

    /// <summary>xUnit is reporting the test as timed out; it collects the test's output when this returns.</summary>
    private void OnCancelled()
    {
        if (_test.HasFailed)
        {
            Task.Run(ShowEvidenceAsync).GetAwaiter().GetResult();
        }

        _lease?.MarkReported();
    }

    private async Task EndLateAsync(Task body)
    {
        await body.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await (_own?.EndAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        Release();
    }

    private void Release()
    {
        if (_lease is { } lease)
        {
            _fixture.End(lease);
        }

        _ended.Dispose();
    }

    private bool Has<TAttribute>()
        where TAttribute : Attribute => _test.Method?.IsDefined(typeof(TAttribute), inherit: true) is true || _testClass.IsDefined(typeof(TAttribute), inherit: true);

    private async Task ShowEvidenceAsync()
    {
        if (_lease is not { IsRevoked: false } || Interlocked.Exchange(ref _hasShown, 1) == 1)
        {
            return;
        }

        Write(await Evidence.CollectAsync(_fixture.Infrastructure!, _begun, _fixture.Time).ConfigureAwait(false));
        Write(_own is null ? "" : await _own.KeepAsync(_fixture.Time).ConfigureAwait(false));

        void Write(string text)
        {
            if (text.Length > 0)
            {
                _test.Write(text);
            }
        }
    }
}
