using IntegrationKit.Diagnostics;
using IntegrationKit.Limits;

namespace IntegrationKit.Orchestration;

/// <summary>How the start of one service failed.</summary>
/// <param name="Service">The service.</param>
/// <param name="Error">What it threw.</param>
/// <param name="Evidence">What was found before it was cleaned up.</param>
/// <param name="Elapsed">How long its start had been going on.</param>
/// <param name="WasCancelled">Whether it was only cancelled, because another one failed or a stop began.</param>
internal sealed record StartFailure(TestService Service, Exception Error, StartEvidence Evidence, TimeSpan Elapsed, bool WasCancelled);

/// <summary>Makes the one exception that explains a failed start.</summary>
internal static class StartFailures
{
    /// <summary>The message of a start that a stop has ended.</summary>
    public const string Stopped = "The infrastructure was stopped while it was starting.";

    public static Exception Explain(IReadOnlyList<StartFailure> failures, IReadOnlyList<PlannedService> services, Deadline overall)
    {
        var first = failures.FirstOrDefault(failure => !failure.WasCancelled) ?? failures[0];
        return first.Error switch
        {
            // It concerns no service in particular.
            EngineUnavailableException => first.Error,
            // The limit passed just as one service got ready, and before the others had begun.
            OperationCanceledException when first.WasCancelled && overall.Passed is { } passed => Failed(TooLate(first.Evidence, passed)),
            _ => Failed(first.Error),
        };

        ServiceStartException Failed(Exception cause) =>
            new(first.Service.Name, first.Elapsed, cause, first.Evidence, Others(first, failures, services));
    }

    public static ReadinessTimeoutException TooLate(StartEvidence evidence, Deadline passed) =>
        new(evidence.WaitingFor ?? "its start", passed.Length, passed.Name, evidence.Attempts);

    private static Dictionary<string, string> Others(StartFailure first, IReadOnlyList<StartFailure> failures, IReadOnlyList<PlannedService> services)
    {
        var others = new Dictionary<string, string>(StringComparer.Ordinal);
        var byService = failures.ToDictionary(each => each.Service);
        foreach (var planned in services.Where(each => each.Service != first.Service))
        {
            var failure = byService.GetValueOrDefault(planned.Service);
            others.Add(planned.Service.Name, failure switch
            {
                { WasCancelled: false } => $"failed too: {Text.FirstLine(failure.Evidence.Redact(failure.Error.Message))}",
                { WasCancelled: true } => "was starting, and was stopped",
                null when planned.Service.State == ServiceState.Running => "was ready, and was stopped",
                _ => $"had not begun: it waits for {Text.Quoted(planned.Dependencies.Select(d => d.Service.Name))}",
            });
        }

        return others;
    }
}
