namespace IntegrationKit;

/// <summary>
/// No reset before the test, or before every test of the class: it finds what the test before it left. Tests with this
/// attribute that share a fixture may run at the same time; all others that share one run one at a time.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class KeepStateAttribute : Attribute;
