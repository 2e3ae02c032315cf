using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Adapter;

/// <summary>
/// Starts and stops a fixture's infrastructure, and restarts it where a test broke it. An error of the start is kept, and
/// thrown by each test.
/// </summary>
internal sealed class FixtureLifecycle
{
    private readonly Type _fixture;
    private readonly Func<TestInfrastructureOptions> _getOptions;
    private readonly Func<LeftoverPolicy> _getLeftovers;
    private readonly Action<TestInfrastructure> _configure;
    private readonly Func<CancellationToken, Task> _seed;
    private readonly Action<string> _diagnose;
    private readonly StubCounts _stubs = new();
    private TestInfrastructureOptions _options = new();
    private LeaseQueue _leases;
    private Exception? _error;
    private string? _damage;
    private string? _previousTest;

    public FixtureLifecycle(
        Type fixture, Func<TestInfrastructureOptions> getOptions, Func<LeftoverPolicy> getLeftovers, Action<TestInfrastructure> configure,
        Func<CancellationToken, Task> seed, Action<string> diagnose)
    {
        (_fixture, _getOptions, _getLeftovers, _configure, _seed, _diagnose) = (fixture, getOptions, getLeftovers, configure, seed, diagnose);
        _leases = new(TimeProvider.System, NoteRevoked);
    }

    public Type Fixture => _fixture;

    /// <summary>Null until the start, and where reading its options failed.</summary>
    public TestInfrastructure? Infrastructure { get; private set; }

    public TimeProvider Time => _options.TimeProvider;

    /// <summary>What happens if a test leaves something behind.</summary>
    public LeftoverPolicy Leftovers { get; private set; }

    /// <summary>The library's log: to the outputs of the tests that use the fixture, and to the user's own factory.</summary>
    public ILogger Logger => _options.LoggerFactory.CreateLogger("IntegrationKit");

    /// <summary>Starts once. An error is kept, and nothing is left running.</summary>
    public async Task StartAsync()
    {
        try
        {
            var options = _options;
            await RunUserCodeAsync("Options", [StackTraceHidden] () => options = _getOptions()).ConfigureAwait(false);
            _options = options with { ShareServers = options.ShareServers ?? true, LoggerFactory = new TestLoggerFactory(Write, options.LoggerFactory, options.TimeProvider) };
            _leases = new(_options.TimeProvider, NoteRevoked);
            await RunUserCodeAsync(nameof(Leftovers), [StackTraceHidden] () => Leftovers = _getLeftovers()).ConfigureAwait(false);
            var infra = Infrastructure = new(_options);
            await RunUserCodeAsync("Configure", [StackTraceHidden] () => _configure(infra)).ConfigureAwait(false);
            await StartAndSeedAsync(infra).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await FailAsync(e).ConfigureAwait(false);
        }
    }

    public Task StopAsync() => Infrastructure?.StopAllAsync() ?? Task.CompletedTask;

    /// <summary>Throws the error of the start, or the skip that takes its place.</summary>
    [StackTraceHidden]
    public void ThrowIfFailed()
    {
        switch (_error)
        {
            case IntegrationKitException error:
                // Thrown anew, without the stack of the start: the message and the inner exceptions explain it.
                throw EngineCheck.SkipInsteadOf(error) ?? error;
            case { } error:
                ExceptionDispatchInfo.Throw(error);
                break;
        }

        if (Infrastructure is null)
        {
            throw new InvalidOperationException(
                $"{_fixture.Name} was not started. If it implements IAsyncLifetime itself, in place of its base class, use Configure and SeedAsync instead.");
        }
    }

    /// <summary>Waits until the test may use the fixture, alone or with others, and resets it unless the state is kept.</summary>
    public async Task<Lease> BeginAsync(TestHandle test, Type testClass, bool keepsState, bool exclusive, CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        var lease = await _leases.EnterAsync(test, exclusive, cancellationToken).ConfigureAwait(false);
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

            var earlyStubs = keepsState ? null : _stubs.FindEarlyStubs(Infrastructure!, testClass);
            damage ??= keepsState ? null : await ResetAsync().ConfigureAwait(false);
            if (damage is not null)
            {
                await RestartAsync(damage).ConfigureAwait(false);
            }

            _stubs.Take(Infrastructure!);
            cancellationToken.ThrowIfCancellationRequested();
            return earlyStubs is null ? lease : throw new InvalidOperationException(earlyStubs);
        }
        catch
        {
            lease.Release();
            throw;
        }
    }

    /// <summary>The test no longer uses the fixture.</summary>
    public void End(Lease lease)
    {
        if (!lease.IsRevoked)
        {
            _previousTest = lease.Holder.Name;
            _stubs.Take(Infrastructure!);
            lease.Release();
        }
    }

    /// <summary>Writes to the output of the tests that use the fixture; where none does, as a diagnostic message.</summary>
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

    private void NoteRevoked(TestHandle test) =>
        _damage = $"{test.Name} was reported as ended, but still ran when the next test was due";

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

    /// <summary>Resets. Only the ResetTimeout limits it: a test that times out meanwhile does not cancel it.</summary>
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

    /// <summary>Repairs everything: new data on servers that run, and what still uses the old data is cut off.</summary>
    private async Task RestartAsync(string damage)
    {
        var message = $"{_fixture.Name} is restarted: {damage.TrimEnd('.')}{(_previousTest is null ? "" : $" (the test before was {_previousTest})")}.";
        Write(message);
        _diagnose(message);
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
        await UserCode.RunAsync($"{_fixture.Name}.SeedAsync", _seed, _options.StartTimeout, _options.TimeProvider).ConfigureAwait(false);
        await infra.CaptureBaselineAsync().ConfigureAwait(false);
        _stubs.Take(infra);
    }

    private async Task FailAsync(Exception error)
    {
        _error = error;
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
            // The next start tries again, and the watchdog removes what is left.
            Write(e.Message);
        }
    }

    private Task RunUserCodeAsync(string method, Action code) =>
        UserCode.RunAsync($"{_fixture.Name}.{method}", code, _options.StartTimeout, _options.TimeProvider);
}
