using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;
using IntegrationKit.Model;

namespace IntegrationKit.Orchestration;

/// <summary>
/// The start of one service. Its code is not ours: it runs on the pool, so that one that blocks its thread delays no other,
/// and is waited for only within its limits.
/// </summary>
internal sealed class ServiceStart(PlannedService planned, ServicePlan plan, StartTools tools, TestInfrastructureOptions options)
{
    private readonly MadeResources _made = new(late => tools.Leftovers.DisposeAsync(planned.Service.Name, [late]));

    public TestService Service => planned.Service;

    public StartEvidence Evidence { get; } = new(tools.Redactor);

    /// <summary>Does what counts against no deadline of the service.</summary>
    public Task PrepareAsync(Deadline overall, CancellationToken cancellationToken) =>
        Service.Prepares ? BeginPrepareAsync(overall, cancellationToken) : Task.CompletedTask;

    /// <summary>Returns its run when it is ready.</summary>
    public async Task<ServiceRun> RunAsync(Deadline overall, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(Service.StartTimeout, "its StartTimeout", options.TimeProvider, cancellationToken, overall);
        var run = await WithinAsync("its StartAsync", deadline, token => Service.BeginStartAsync(Context(deadline), token), deadline.Token, DisposeLateAsync).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"The StartAsync of {Service.GetType().Name} has returned null in place of its run.");
        _made.Release();
        return run;
    }

    /// <summary>Disposes of what it has made. What cannot be disposed of is tried again by later stops.</summary>
    public async Task CleanUpAsync(bool collectEvidence)
    {
        if (collectEvidence)
        {
            await _made.CollectEvidenceAsync(Evidence).ConfigureAwait(false);
        }

        await tools.Leftovers.DisposeAsync(Service.Name, _made.Close()).ConfigureAwait(false);
    }

    private Task<object?> BeginPrepareAsync(Deadline overall, CancellationToken cancellationToken) => WithinAsync<object?>(
        "its PrepareAsync",
        overall,
        async token =>
        {
            await Service.BeginPrepareAsync(Context(overall), token).ConfigureAwait(false);
            return null;
        },
        cancellationToken,
        isOurs: Service.RunsServer);

    private Task DisposeLateAsync(ServiceRun? late) => late is null ? Task.CompletedTask : tools.Leftovers.DisposeAsync(Service.Name, [late]);

    private StartContext Context(Deadline deadline) => new(
        Service.Name,
        new(tools.Logger, tools.Reporter, tools.Redactor, deadline, Evidence, options.TimeProvider),
        new(planned.JoinsNetwork, options.ShareServers is true, plan.NetworkAliases, options.StopTimeout, options.AnswerTimeout),
        tools.Launcher,
        _made);

    /// <summary>Adds which limit has passed, if the step itself only says that it was cancelled.</summary>
    private async Task<T> WithinAsync<T>(string what, Deadline deadline, Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken, Func<T, Task>? late = null, bool isOurs = false)
    {
        try
        {
            // How a server is prepared is our own code, which needs neither a thread nor a limit of its own.
            return await (isOurs ? step(cancellationToken) : BoundedCall.RunAsync(step, options.TimeProvider, cancellationToken, late)).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (deadline.Passed is { } passed)
        {
            if (e is StillRunningException)
            {
                Evidence.WaitingFor ??= $"{what}, which still runs: it ignores its cancellation token";
            }

            throw StartFailures.TooLate(Evidence, passed);
        }
    }
}
