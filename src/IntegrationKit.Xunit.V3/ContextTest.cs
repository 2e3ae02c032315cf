using System.Reflection;
using Xunit.v3;

namespace IntegrationKit.Adapter;

/// <summary>The current test of xUnit v3's context.</summary>
internal sealed class ContextTest(ITestContext context, Type testClass, ITestOutputHelper? output) : TestHandle
{
    private readonly ITestOutputHelper? _output = output ?? context.TestOutputHelper;

    public override string Name { get; } = context.Test?.TestDisplayName ?? $"a test of {testClass.Name}";

    public override object Series { get; } = (object?)context.TestCollection?.UniqueID ?? testClass;

    public override MethodInfo? Method => (context.TestMethod as IXunitTestMethod)?.Method;

    public override CancellationToken Cancellation { get; } = context.CancellationToken;

    public override bool HasFailed => context.TestState?.Result == Xunit.TestResult.Failed;

    public override FixtureLevels Levels => new(
        (context.TestCollection as IXunitTestCollection)?.CollectionFixtureTypes ?? [], (context.TestAssembly as IXunitTestAssembly)?.AssemblyFixtureTypes ?? []);

    public override void Write(string text)
    {
        try
        {
            _output?.WriteLine(text);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentNullException or NullReferenceException)
        {
            // The test has ended.
        }
    }

    /// <summary>xUnit cancels its token when a test times out, and collects the output when that call returns.</summary>
    public override void ObserveCancellation(Action cancelled) => Cancellation.Register(cancelled);
}
