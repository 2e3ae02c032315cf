namespace IntegrationKit;

/// <summary>
/// The test, or every test of the class, finds what the one before it left: no reset. Tests with it that share a fixture
/// may run at the same time; all others that share one run one at a time.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class KeepStateAttribute : Attribute;
