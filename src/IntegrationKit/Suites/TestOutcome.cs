namespace IntegrationKit;

/// <summary>How a test of an <see cref="IntegrationTestSuite"/> ended.</summary>
public enum TestOutcome
{
    /// <summary>The test and the hooks around it ended without an exception.</summary>
    Passed,

    /// <summary>The test or a hook around it threw or took too long, or the suite's BeforeAll failed.</summary>
    Failed,

    /// <summary>The caller cancelled the run before the test began or while it ran.</summary>
    Cancelled,
}
