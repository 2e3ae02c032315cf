using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Lifecycle;

/// <summary>A start that failed, or was cancelled, leaves nothing in the service that the next start meets.</summary>
public sealed class StartAgainTests : IProgress<ServiceProgress>
{
    // A start that probed the port of the one before would take all of it.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(40);

    // Long before the server is ready.
    private static readonly TimeSpan SomeTries = TimeSpan.FromMilliseconds(200);

    private readonly TaskCompletionSource _probed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _name = Kit.Unique("postgres");
    private int _starts;

    void IProgress<ServiceProgress>.Report(ServiceProgress value)
    {
        if (value.Stage == ServiceStage.Probing)
        {
            _probed.TrySetResult();
        }
    }

    [Fact]
    public async Task Start_after_one_whose_server_died_while_it_was_probed_uses_the_new_server()
    {
        await using var real = await RealEngine.ConnectAsync();
        var postgres = Postgres((_, _) => Task.CompletedTask);
        await using var infra = (await Kit.CreateAsync(new() { Progress = this })).Register(_name, postgres);
        var start = infra.StartAllAsync(Kit.Cancellation);
        await _probed.Task.WaitAsync(Kit.Cancellation);
        await Task.Delay(SomeTries, TimeProvider.System, Kit.Cancellation);
        await real.Plain.KillAsync(Assert.Single(await real.Containers.ListAsync([$"org.integrationkit.service={_name}"], Kit.Cancellation)).Id);

        Assert.IsType<ContainerExitedException>((await Assert.ThrowsAsync<ServiceStartException>(() => start)).Cause);
        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal(1, await postgres.DataSource.ReadAsync<int>("SELECT 1"));
    }

    [Fact]
    public async Task Start_after_one_that_was_cancelled_while_it_was_probed_uses_the_new_server()
    {
        var postgres = Postgres((_, _) => Task.CompletedTask);
        await using var infra = (await Kit.CreateAsync(new() { Progress = this })).Register(_name, postgres);
        using var caller = new CancellationTokenSource();
        var start = infra.StartAllAsync(caller.Token);
        await _probed.Task.WaitAsync(Kit.Cancellation);
        await Task.Delay(SomeTries, TimeProvider.System, Kit.Cancellation);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal(1, await postgres.DataSource.ReadAsync<int>("SELECT 1"));
    }

    [Fact]
    public async Task Start_after_one_that_failed_in_Initialize_uses_the_new_server()
    {
        var postgres = Postgres((_, _) => _starts++ == 0 ? throw new InvalidOperationException("no such migration") : Task.CompletedTask);
        await using var infra = (await Kit.CreateAsync()).Register(_name, postgres);

        Assert.Equal("no such migration", (await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Kit.Cancellation))).Cause.Message);
        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal(2, _starts);
        Assert.Equal(1, await postgres.DataSource.ReadAsync<int>("SELECT 1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Initialize_that_ignores_its_token_or_blocks_holds_up_neither_a_cancellation_nor_a_stop(bool blocks)
    {
        var postgres = Postgres((_, _) =>
        {
            _entered.TrySetResult();
            if (blocks)
            {
                _end.Task.Wait(CancellationToken.None);
            }

            return _end.Task;
        });
        await using var infra = (await Kit.CreateAsync()).Register(_name, postgres);
        var start = infra.StartAllAsync(Kit.Cancellation);
        await _entered.Task.WaitAsync(Kit.Cancellation);

        await infra.StopAllAsync(Kit.Cancellation).WaitAsync(StartTimeout, TimeProvider.System, Kit.Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.WaitAsync(StartTimeout, TimeProvider.System, Kit.Cancellation));

        Assert.Empty(await Kit.LeftoversAsync(_name));
        _end.SetResult();
    }

    private PostgresService Postgres(Func<Npgsql.NpgsqlDataSource, CancellationToken, Task> initialize) =>
        new() { StartTimeout = StartTimeout, Initialize = initialize };
}
