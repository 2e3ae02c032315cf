namespace IntegrationKit.Benchmarks.Graphs;

/// <summary>A service that does nothing, so that a start of many costs what the library makes of them.</summary>
internal sealed class InertService : TestService
{
    protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) => Task.FromResult<ServiceRun>(new InertRun());

    private sealed class InertRun : ServiceRun
    {
        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
