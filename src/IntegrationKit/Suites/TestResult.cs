namespace IntegrationKit;

/// <summary>The result of one test of an <see cref="IntegrationTestSuite"/>.</summary>
/// <param name="Name">The test's name.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Duration">How long it took together with its BeforeEach and AfterEach; zero where it did not begin.</param>
/// <param name="Error">
/// Why it failed or was cancelled, else null. An <see cref="AggregateException"/> where the test and an AfterEach, or
/// several AfterEach, failed: the test's own error comes first.
/// </param>
public sealed record TestResult(string Name, TestOutcome Outcome, TimeSpan Duration, Exception? Error = null)
{
    /// <summary>Whether it passed.</summary>
    public bool Passed => Outcome == TestOutcome.Passed;
}
