using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>What went wrong with one service.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Error">The error.</param>
public sealed record ServiceFailure(string Service, Exception Error);

/// <summary>
/// A stop or a reset failed for some services; it was tried for all of them. The inner exception is the first error that
/// says more than the message; <see cref="Failures"/> has every error.
/// </summary>
public sealed class ServiceOperationException : IntegrationKitException
{
    internal ServiceOperationException(string operation, IReadOnlyList<ServiceFailure> failures)
        : base(Describe(operation, failures), Inner(Describe(operation, failures), failures)) => Failures = failures;

    /// <summary>Each service that failed, and its error.</summary>
    public IReadOnlyList<ServiceFailure> Failures { get; }

    private static string Describe(string operation, IReadOnlyList<ServiceFailure> failures) => failures.Count == 1
        ? $"Service '{failures[0].Service}' could not be {operation}: {failures[0].Error.Message}"
        : $"{failures.Count} services could not be {operation}:" +
          string.Concat(failures.Select(f => $"{Environment.NewLine}  {f.Service}: {f.Error.Message}"));

    private static Exception? Inner(string message, IReadOnlyList<ServiceFailure> failures) =>
        failures.Select(failure => InnerError.Of(message, failure.Error)).FirstOrDefault(error => error is not null);
}
