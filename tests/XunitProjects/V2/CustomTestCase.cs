using Xunit.Abstractions;
using Xunit.Sdk;

namespace Scenarios.Mocks;

/// <summary>A test of another library's kind, which runs itself.</summary>
[XunitTestCaseDiscoverer("Scenarios.Mocks.CustomDiscoverer", "XunitV2Scenarios")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class CustomFactAttribute : FactAttribute;

public sealed class CustomDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new CustomTestCase(messages, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, testMethod)];
}

public sealed class CustomTestCase : XunitTestCase
{
    [Obsolete("For the deserializer.")]
    public CustomTestCase()
    {
    }

    public CustomTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod testMethod)
        : base(messages, display, options, testMethod)
    {
    }

    public override Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource)
    {
        Journal.Note("custom test case runs itself");
        return base.RunAsync(diagnosticMessageSink, messageBus, constructorArguments, aggregator, cancellationTokenSource);
    }
}

public sealed class CustomTestCaseTests(MockFixture infra) : IntegrationTest<MockFixture>(infra)
{
    [CustomFact]
    public async Task Passes() => Assert.Equal(200, await Infra.AskAsync("/seeded"));
}
