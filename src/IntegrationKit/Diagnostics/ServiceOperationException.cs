namespace IntegrationKit;

/// <summary>What went wrong with one service.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Error">The error.</param>
public sealed record ServiceFailure(string Service, Exception Error);

/// <summary>A stop or a reset failed for some services. It was tried for every one.</summary>
public sealed class ServiceOperationException : IntegrationKitException
{
    internal ServiceOperationException(string operation, IReadOnlyList<ServiceFailure> failures)
        : base(
            failures.Count == 1
                ? $"Service '{failures[0].Service}' could not be {operation}: {failures[0].Error.Message}"
                : $"{failures.Count} services could not be {operation}:" +
                  string.Concat(failures.Select(f => $"{Environment.NewLine}  {f.Service}: {f.Error.Message}")),
            failures[0].Error) => Failures = failures;

    /// <summary>Each service that failed, and its error.</summary>
    public IReadOnlyList<ServiceFailure> Failures { get; }
}
