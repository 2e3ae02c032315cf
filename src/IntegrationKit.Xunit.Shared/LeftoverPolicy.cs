namespace IntegrationKit;

/// <summary>What happens at the end of a test that leaves rows, keys, messages or stubs behind.</summary>
public enum LeftoverPolicy
{
    /// <summary>Nothing: nobody looks for them, and the reset before the next test removes them.</summary>
    Ignore,

    /// <summary>The log, and so the test's output, says what the test has left, as a warning.</summary>
    Report,

    /// <summary>The test fails with a <see cref="LeftoversException"/>. If it has failed anyway, they are only reported.</summary>
    Fail,
}
