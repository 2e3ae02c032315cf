namespace IntegrationKit.Tests.Orchestration.Support;

/// <summary>A service as a user would write one: it notes what happens to it, and does what the test asks.</summary>
internal class RecordingService(Journal journal) : TestService
{
    public Func<ServiceContext, CancellationToken, Task>? OnPrepare { get; set; }

    public Func<ServiceContext, CancellationToken, Task>? OnStart { get; set; }

    public Func<CancellationToken, Task>? OnStop { get; set; }

    /// <summary>Lets its start go on; waited for only where it is set.</summary>
    public TaskCompletionSource? Gate { get; init; }

    public string Address => WhileRunning(Started ? "recording://" + Name : null, nameof(Address));

    protected Journal Journal { get; } = journal;

    private bool Started { get; set; }

    protected internal override async Task PrepareAsync(ServiceContext context, CancellationToken cancellationToken)
    {
        if (OnPrepare is not null)
        {
            Journal.Add($"prepare {Name}");
            await OnPrepare(context, cancellationToken);
        }
    }

    protected internal override async Task StartAsync(ServiceContext context, CancellationToken cancellationToken)
    {
        Journal.Add($"start {Name}");
        try
        {
            if (Gate is not null)
            {
                await Gate.Task.WaitAsync(cancellationToken);
            }

            await (OnStart?.Invoke(context, cancellationToken) ?? Task.CompletedTask);
        }
        catch (Exception e)
        {
            Journal.Add(e is OperationCanceledException ? $"let go {Name}" : $"failed {Name}");
            throw;
        }

        Started = true;
        Journal.Add($"ready {Name}");
    }

    protected internal override async Task StopAsync(ServiceContext context, CancellationToken cancellationToken)
    {
        Journal.Add($"stop {Name}");
        await (OnStop?.Invoke(cancellationToken) ?? Task.CompletedTask);
        Started = false;
        Journal.Add($"stopped {Name}");
    }
}

/// <summary>One whose state can be reset.</summary>
internal sealed class ResettableService(Journal journal) : RecordingService(journal), IResettable
{
    public Func<CancellationToken, Task>? OnReset { get; set; }

    public async Task ResetAsync(CancellationToken cancellationToken = default)
    {
        Journal.Add($"reset {Name}");
        await (OnReset?.Invoke(cancellationToken) ?? Task.CompletedTask);
    }
}
