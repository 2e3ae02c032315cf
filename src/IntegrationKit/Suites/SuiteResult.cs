using System.Globalization;

namespace IntegrationKit;

/// <summary>The result of a run of an <see cref="IntegrationTestSuite"/>.</summary>
/// <param name="Name">The suite's name.</param>
/// <param name="Tests">The result of each test, in the order of registration.</param>
/// <param name="Errors">Exceptions outside tests: of BeforeAll, of AfterAll or of the caller's progress. Empty if there were none.</param>
/// <param name="Duration">How long the run took, with all hooks.</param>
public sealed record SuiteResult(
    string Name, IReadOnlyList<TestResult> Tests, IReadOnlyList<Exception> Errors, TimeSpan Duration)
{
    /// <summary>How many tests passed.</summary>
    public int Passed => Count(TestOutcome.Passed);

    /// <summary>How many tests failed.</summary>
    public int Failed => Count(TestOutcome.Failed);

    /// <summary>How many tests did not begin or did not end because the caller cancelled the run.</summary>
    public int Cancelled => Count(TestOutcome.Cancelled);

    /// <summary>Whether every test passed and nothing failed outside tests.</summary>
    public bool Succeeded => Passed == Tests.Count && Errors.Count == 0;

    /// <summary>The counts in one line.</summary>
    public override string ToString()
    {
        var cancelled = Cancelled > 0 ? $", {Cancelled} cancelled" : string.Empty;
        var errors = Errors.Count > 0 ? $"; outside tests: {Errors[0].Message}" : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"{Name}: {Passed} passed, {Failed} failed{cancelled} in {Duration.TotalSeconds:0.00} s{errors}");
    }

    private int Count(TestOutcome outcome) => Tests.Count(test => test.Outcome == outcome);
}
