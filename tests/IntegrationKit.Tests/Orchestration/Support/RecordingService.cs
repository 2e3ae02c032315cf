namespace IntegrationKit.Tests.Orchestration.Support;

/// <summary>A service as a user would write one: it notes what happens to it, and does what the test asks.</summary>
internal class RecordingService(Journal journal) : TestService
{
    public Func<StartContext, CancellationToken, Task>? OnPrepare { get; set; }

    public Func<StartContext, CancellationToken, Task>? OnStart { get; set; }

    public Func<Task>? OnStop { get; set; }

    /// <summary>Lets its start go on; waited for only where it is set.</summary>
    public TaskCompletionSource? Gate { get; init; }

    public string Address => GetRun<RecordedRun>().Address;

    protected Journal Journal { get; } = journal;

    protected override async Task PrepareAsync(StartContext start, CancellationToken cancellationToken)
    {
        if (OnPrepare is not null)
        {
            Journal.Add($"prepare {Name}");
            await OnPrepare(start, cancellationToken);
        }
    }

    protected override async Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken)
    {
        Journal.Add($"start {Name}");
        try
        {
            if (Gate is not null)
            {
                await Gate.Task.WaitAsync(cancellationToken);
            }

            await (OnStart?.Invoke(start, cancellationToken) ?? Task.CompletedTask);
        }
        catch (Exception e)
        {
            Journal.Add(e is OperationCanceledException ? $"cancelled {Name}" : $"failed {Name}");
            throw;
        }

        Journal.Add($"ready {Name}");
        return MakeRun();
    }

    protected virtual ServiceRun MakeRun() => new RecordedRun(this);

    protected class RecordedRun(RecordingService service) : ServiceRun
    {
        public string Address => "recording://" + service.Name;

        public override async ValueTask DisposeAsync()
        {
            service.Journal.Add($"stop {service.Name}");
            await (service.OnStop?.Invoke() ?? Task.CompletedTask);
            service.Journal.Add($"stopped {service.Name}");
        }
    }
}

/// <summary>One whose state can be reset.</summary>
internal sealed class ResettableService(Journal journal) : RecordingService(journal)
{
    public Func<CancellationToken, Task>? OnReset { get; set; }

    public Func<CancellationToken, Task>? OnCapture { get; set; }

    protected override ServiceRun MakeRun() => new ResettableRun(this);

    private sealed class ResettableRun(ResettableService service) : RecordedRun(service)
    {
        public override async Task ResetAsync(CancellationToken cancellationToken)
        {
            service.Journal.Add($"reset {service.Name}");
            await (service.OnReset?.Invoke(cancellationToken) ?? Task.CompletedTask);
        }

        public override async Task CaptureBaselineAsync(CancellationToken cancellationToken)
        {
            service.Journal.Add($"capture {service.Name}");
            await (service.OnCapture?.Invoke(cancellationToken) ?? Task.CompletedTask);
        }
    }
}
