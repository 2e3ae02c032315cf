using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Lifecycle;

public sealed class CancellationTests
{
    private static bool IsLong => LongRun.IsOn;

    /// <summary>The moments of a start: a PostgreSQL and what waits for it are at any of their steps then.</summary>
    public static TheoryData<int> Moments => new(IsLong ? Enumerable.Range(0, 30).Select(i => i * 70) : [5, 60, 250, 600, 1100]);

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Start_cancelled_midway_leaves_nothing_behind(int milliseconds)
    {
        var (database, client) = (Kit.Unique("postgres"), Kit.Unique("client"));
        var postgres = new PostgresService();
        await using var infra = (await Kit.CreateAsync()).Register(database, postgres).Register(client, new ContainerService(Kit.Busybox)
        {
            Command = ["sleep", "1000"],
            Environment = { ["DB"] = ServiceReference.To(postgres, each => each.NetworkConnectionString) },
        });
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Kit.Cancellation);
        cancellation.CancelAfter(milliseconds);

        // A fast machine may be done before the last moment.
        var error = await Record.ExceptionAsync(() => infra.StartAllAsync(cancellation.Token));
        if (error is null)
        {
            await infra.StopAllAsync(Kit.Cancellation);
        }
        else
        {
            Assert.IsAssignableFrom<OperationCanceledException>(error);
        }

        Assert.Equal(ServiceState.Stopped, postgres.State);
        Assert.Empty(await Kit.LeftoversAsync(database, client));
    }

    [Fact]
    public async Task Stop_during_a_start_ends_it_and_leaves_nothing_behind()
    {
        var name = Kit.Unique("postgres");
        var starting = new TaskCompletionSource();
        var postgres = new PostgresService();
        await using var infra = (await Kit.CreateAsync(new() { Progress = new OnStage(ServiceStage.Probing, starting) })).Register(name, postgres);

        var start = infra.StartAllAsync(Kit.Cancellation);
        await starting.Task;
        await infra.StopAllAsync(Kit.Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    private sealed class OnStage(ServiceStage stage, TaskCompletionSource seen) : IProgress<ServiceProgress>
    {
        public void Report(ServiceProgress value)
        {
            if (value.Stage == stage)
            {
                seen.TrySetResult();
            }
        }
    }
}
