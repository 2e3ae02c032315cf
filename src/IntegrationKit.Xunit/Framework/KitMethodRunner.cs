namespace IntegrationKit.Adapter.Framework;

/// <summary>Runs xUnit's own kinds of test cases; other kinds run themselves.</summary>
internal sealed class KitMethodRunner(
    ITestMethod testMethod, IReflectionTypeInfo @class, IReflectionMethodInfo method, IEnumerable<IXunitTestCase> testCases, IMessageSink diagnostics,
    IMessageBus messageBus, ExceptionAggregator aggregator, CancellationTokenSource cancellation, object[] constructorArguments)
    : XunitTestMethodRunner(testMethod, @class, method, testCases, diagnostics, messageBus, aggregator, cancellation, constructorArguments)
{
    private readonly object[] _constructorArguments = constructorArguments;
    private readonly IMessageSink _diagnostics = diagnostics;

    protected override async Task<RunSummary> RunTestCaseAsync(IXunitTestCase testCase)
    {
        var runsAs = testCase.GetType().GetMethod(nameof(IXunitTestCase.RunAsync))?.DeclaringType;
        var bus = new SkippingMessageBus(MessageBus);
        var errors = new ExceptionAggregator(Aggregator);
        Task<RunSummary> run;
        if (runsAs == typeof(XunitTheoryTestCase))
        {
            run = new KitTheoryRunner(testCase, _constructorArguments, _diagnostics, bus, errors, CancellationTokenSource).RunAsync();
        }
        else if (runsAs == typeof(XunitTestCase))
        {
            run = new KitTestCaseRunner((XunitTestCase)testCase, _constructorArguments, bus, errors, CancellationTokenSource).RunAsync();
        }
        else
        {
            run = testCase.RunAsync(_diagnostics, bus, _constructorArguments, errors, CancellationTokenSource);
        }

        var summary = await run.ConfigureAwait(true);
        summary.Failed -= bus.Skipped;
        summary.Skipped += bus.Skipped;
        return summary;
    }
}
