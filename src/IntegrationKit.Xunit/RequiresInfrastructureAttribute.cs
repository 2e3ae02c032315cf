using System.Reflection;
using IntegrationKit.Adapter;

namespace IntegrationKit;

/// <summary>
/// For tests that use <see cref="TestInfrastructure"/> without a fixture: skips them with the reason where no container
/// engine answers, and fails them where the environment variable <c>CI</c> is <c>true</c>. The engine is checked once in a
/// process. Start the infrastructure in the test's method: constructors run before the check.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequiresInfrastructureAttribute : BeforeAfterTestAttribute
{
    /// <summary>Called by xUnit before the test's method.</summary>
    public override void Before(MethodInfo methodUnderTest) =>
        Task.Run(EngineCheck.EnsureAsync).GetAwaiter().GetResult();
}
