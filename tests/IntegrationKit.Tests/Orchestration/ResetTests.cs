using IntegrationKit.Tests.Orchestration.Support;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationKit.Tests.Orchestration;

public sealed class ResetTests
{
    private readonly Journal _journal = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResetAllAsync_resets_all_at_the_same_time()
    {
        var a = new ResettableService(_journal) { OnReset = _ => _journal.SeenAsync("reset b") };
        var b = new ResettableService(_journal) { DependsOn = [a], OnReset = _ => _journal.SeenAsync("reset a") };
        await using var infra = new TestInfrastructure().Register("a", a).Register("b", b);
        await infra.StartAllAsync(Cancellation);

        await infra.ResetAllAsync(Cancellation).Soon();

        Assert.Equal((ServiceState.Running, ServiceState.Running), (a.State, b.State));
    }

    [Fact]
    public async Task ResetAllAsync_resets_only_running_services_that_can_be_reset()
    {
        await using var infra = new TestInfrastructure()
            .Register("runs", new ResettableService(_journal))
            .Register("plain", new RecordingService(_journal))
            .Register("at rest", new ResettableService(_journal));
        await infra.StartAsync("runs", Cancellation);
        await infra.StartAsync("plain", Cancellation);

        await infra.ResetAllAsync(Cancellation);

        Assert.Equal("reset runs", Assert.Single(_journal.Entries, each => each.StartsWith("reset", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ResetAllAsync_service_whose_stop_failed_is_left_alone()
    {
        var service = new ResettableService(_journal) { OnStop = () => throw new IOException("no") };
        await using var infra = new TestInfrastructure().Register("a", service);
        await infra.StartAllAsync(Cancellation);
        await Assert.ThrowsAsync<ServiceOperationException>(() => infra.StopAllAsync(Cancellation));

        await infra.ResetAllAsync(Cancellation);

        Assert.Equal(0, _journal.Count("reset a"));
        service.OnStop = null;
    }

    [Fact]
    public async Task ResetAllAsync_before_a_start_does_nothing()
    {
        await using var infra = new TestInfrastructure().Register("a", new ResettableService(_journal));

        await infra.ResetAllAsync(Cancellation);

        Assert.Empty(_journal.Entries);
    }

    [Fact]
    public async Task ResetAllAsync_some_fail_the_others_are_reset_and_every_failure_is_listed()
    {
        var one = new IOException("one is locked");
        var two = new InvalidDataException("two is locked");
        await using var infra = new TestInfrastructure()
            .Register("one", new ResettableService(_journal) { OnReset = _ => throw one })
            .Register("good", new ResettableService(_journal))
            .Register("two", new ResettableService(_journal) { OnReset = _ => Task.FromException(two) });
        await infra.StartAllAsync(Cancellation);

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.ResetAllAsync(Cancellation));

        Assert.Equal([new("one", one), new("two", two)], error.Failures);
        Assert.Contains("2 services could not be reset", error.Message, StringComparison.Ordinal);
        Assert.Contains("two: two is locked", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, _journal.Count("reset good"));
        Assert.All(infra.Services, each => Assert.Equal(ServiceState.Running, each.State));
    }

    [Fact]
    public async Task ResetAllAsync_one_fails_the_message_names_it()
    {
        await using var infra = new TestInfrastructure().Register("one", new ResettableService(_journal) { OnReset = _ => throw new IOException("locked") });
        await infra.StartAllAsync(Cancellation);

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.ResetAllAsync(Cancellation));

        Assert.Equal("Service 'one' could not be reset: locked", error.Message);
        Assert.IsType<IOException>(error.InnerException);
    }

    [Fact]
    public async Task ResetAllAsync_ResetTimeout_passes_and_is_named()
    {
        var time = new FakeTimeProvider();
        await using var infra = new TestInfrastructure(new() { TimeProvider = time, ResetTimeout = TimeSpan.FromSeconds(4) })
            .Register("slow", new ResettableService(_journal) { OnReset = _ => new TaskCompletionSource().Task });
        await infra.StartAllAsync(Cancellation);

        var reset = infra.ResetAllAsync(Cancellation);
        await _journal.SeenAsync("reset slow");
        time.Advance(TimeSpan.FromSeconds(4));

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => reset.Soon());
        Assert.IsType<TimeoutException>(Assert.Single(error.Failures).Error);
        Assert.Contains("within 4 s, the ResetTimeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResetAllAsync_cancelled_by_the_caller_is_a_cancellation_and_no_failure()
    {
        using var caller = new CancellationTokenSource();
        await using var infra = new TestInfrastructure().Register("slow", new ResettableService(_journal) { OnReset = Waiting.Forever });
        await infra.StartAllAsync(Cancellation);

        var reset = infra.ResetAllAsync(caller.Token);
        await _journal.SeenAsync("reset slow");
        await caller.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reset.Soon());
        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.Equal(ServiceState.Running, infra.Get("slow").State);
    }

    [Fact]
    public async Task ResetAllAsync_waits_for_a_start_that_is_under_way()
    {
        var service = new ResettableService(_journal) { Gate = new(TaskCreationOptions.RunContinuationsAsynchronously) };
        await using var infra = new TestInfrastructure().Register("a", service);

        var start = infra.StartAllAsync(Cancellation);
        var reset = infra.ResetAllAsync(Cancellation);
        await _journal.SeenAsync("start a");
        service.Gate!.SetResult();
        await Task.WhenAll(start, reset).Soon();

        Assert.Equal(["start a", "ready a", "reset a"], _journal.Entries);
    }
}
