using System.Runtime.ExceptionServices;

namespace IntegrationKit.Adapter;

/// <summary>
/// The start and stop of a fixture's infrastructure, and the restart that repairs it. An error is kept for the tests.
/// </summary>
internal sealed class FixtureLifecycle
{
    private readonly Type _fixture;
    private readonly Func<TestInfrastructureOptions> _getOptions;
    private readonly Action<TestInfrastructure> _configure;
    private readonly Func<CancellationToken, Task> _seed;
    private readonly Action<string> _diagnose;
    private readonly StubMarks _stubs = new();
    private TestInfrastructureOptions _options = new();
    private LeaseQueue _leases;
    private ExceptionDispatchInfo? _error;
    private string? _damage;
    private string? _previousTest;

    public FixtureLifecycle(
        Type fixture, Func<TestInfrastructureOptions> getOptions, Action<TestInfrastructure> configure, Func<CancellationToken, Task> seed, Action<string> diagnose)
    {
        (_fixture, _getOptions, _configure, _seed, _diagnose) = (fixture, getOptions, configure, seed, diagnose);
        _leases = new(TimeProvider.System, NoteExpelled);
    }

    public Type Fixture => _fixture;

    /// <summary>Null until the start, and where its options could not be had.</summary>
    public TestInfrastructure? Infrastructure { get; private set; }

    public TimeProvider Time => _options.TimeProvider;

    /// <summary>Starts once. An error is kept, nothing is left behind.</summary>
    public async Task StartAsync()
    {
        try
        {
            Do("Options", () => _options = _getOptions());
            _options = _options with { ShareServers = _options.ShareServers ?? true, LoggerFactory = new TestLoggerFactory(Write, _options.LoggerFactory, _options.TimeProvider) };
            _leases = new(_options.TimeProvider, NoteExpelled);
            Infrastructure = new(_options);
            Do("Configure", () => _configure(Infrastructure));
            await StartAndSeedAsync(Infrastructure).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await FailAsync(e).ConfigureAwait(false);
        }
    }

    public Task StopAsync() => Infrastructure?.StopAllAsync() ?? Task.CompletedTask;

    /// <summary>Waits until the test may use the fixture, and brings that to its baseline.</summary>
    public async Task<Lease> BeginAsync(TestHandle test, Type testClass, bool keepsState, CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        var lease = await _leases.EnterAsync(test, !keepsState, cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfFailed();
            var damage = await FindDamageAsync().ConfigureAwait(false);
            if (damage is not null && !lease.IsExclusive)
            {
                lease.Release();
                lease = await _leases.EnterAsync(test, exclusive: true, cancellationToken).ConfigureAwait(false);
                ThrowIfFailed();
                damage = await FindDamageAsync().ConfigureAwait(false);
            }

            var strays = keepsState ? null : _stubs.FindStrays(Infrastructure!, testClass);
            damage ??= keepsState ? null : await ResetAsync().ConfigureAwait(false);
            if (damage is not null)
            {
                await RestartAsync(damage).ConfigureAwait(false);
            }

            _stubs.Take(Infrastructure!);
            cancellationToken.ThrowIfCancellationRequested();
            return strays is null ? lease : throw new InvalidOperationException(strays);
        }
        catch
        {
            lease.Release();
            throw;
        }
    }

    /// <summary>The test uses the fixture no more.</summary>
    public void End(Lease lease)
    {
        if (!lease.IsExpelled)
        {
            _previousTest = lease.Holder.Name;
            _stubs.Take(Infrastructure!);
            lease.Release();
        }
    }

    /// <summary>Writes to the output of the tests that use the fixture, or as a diagnostic message where there is none.</summary>
    public void Write(string text)
    {
        var users = _leases.Active;
        foreach (var each in users)
        {
            each.Holder.Write(text);
        }

        if (users.Count == 0)
        {
            _diagnose(text);
        }
    }

    private void ThrowIfFailed()
    {
        if (_error is { } error)
        {
            if (EngineCheck.SkipInsteadOf(error.SourceException) is { } skip)
            {
                throw skip;
            }

            error.Throw();
        }
    }

    private void NoteExpelled(TestHandle test) =>
        _damage = $"{test.Name} was reported as over, but still ran when the next test was due";

    private async Task<string?> FindDamageAsync()
    {
        if (_damage is not null)
        {
            return _damage;
        }

        try
        {
            await Infrastructure!.CheckAllAsync().ConfigureAwait(false);
            return null;
        }
        catch (ServiceOperationException e)
        {
            return e.Message;
        }
    }

    /// <summary>Resets within the time for a reset, whatever becomes of the test meanwhile.</summary>
    /// <returns>Why it failed; null where it did not.</returns>
    private async Task<string?> ResetAsync()
    {
        try
        {
            await Infrastructure!.ResetAllAsync().ConfigureAwait(false);
            return null;
        }
        catch (ServiceOperationException e)
        {
            return e.Message;
        }
    }

    /// <summary>What repairs everything: data of its own on a server that runs, and all that the old one served is cut off.</summary>
    private async Task RestartAsync(string damage)
    {
        var story = $"{_fixture.Name} is restarted: {damage.TrimEnd('.')}{(_previousTest is null ? "" : $" (the test before was {_previousTest})")}.";
        Write(story);
        _diagnose(story);
        try
        {
            await TryStopAsync(Infrastructure!).ConfigureAwait(false);
            await StartAndSeedAsync(Infrastructure!).ConfigureAwait(false);
            _damage = null;
        }
        catch (Exception e)
        {
            await FailAsync(e).ConfigureAwait(false);
            ThrowIfFailed();
        }
    }

    private async Task StartAndSeedAsync(TestInfrastructure infra)
    {
        await infra.StartAllAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(_options.StartTimeout, _options.TimeProvider);
        try
        {
            await _seed(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new IntegrationKitException($"{_fixture.Name}.SeedAsync did not end within {_options.StartTimeout.TotalSeconds:0.#} s, the StartTimeout.", e);
        }
        catch (Exception e)
        {
            throw Failure("SeedAsync", e);
        }

        await infra.CaptureBaselineAsync().ConfigureAwait(false);
        _stubs.Take(infra);
    }

    private async Task FailAsync(Exception error)
    {
        _error = ExceptionDispatchInfo.Capture(error);
        if (Infrastructure is not null)
        {
            await TryStopAsync(Infrastructure).ConfigureAwait(false);
        }
    }

    private async Task TryStopAsync(TestInfrastructure infra)
    {
        try
        {
            await infra.StopAllAsync().ConfigureAwait(false);
        }
        catch (ServiceOperationException e)
        {
            // The start after it tries again, and the watchdog removes what is left.
            Write(e.Message);
        }
    }

    private void Do(string step, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            throw Failure(step, e);
        }
    }

    private IntegrationKitException Failure(string step, Exception error) => new($"{_fixture.Name}.{step} failed: {error.Message}", error);
}
