namespace IntegrationKit;

/// <summary>The infrastructure has mistakes in its configuration. Nothing was started; every mistake is listed.</summary>
public sealed class InfrastructureConfigurationException : IntegrationKitException
{
    internal InfrastructureConfigurationException(IReadOnlyList<string> problems)
        : base(problems.Count == 1
            ? "The infrastructure cannot be started: " + problems[0]
            : $"The infrastructure cannot be started, for {problems.Count} reasons:" +
              string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}"))) => Problems = problems;

    /// <summary>The mistakes, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
