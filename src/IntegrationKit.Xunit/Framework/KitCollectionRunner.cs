namespace IntegrationKit.Adapter.Framework;

/// <summary>Gives the assembly's fixtures to the fixtures of a collection.</summary>
internal sealed class KitCollectionRunner(
    ITestCollection collection, IEnumerable<IXunitTestCase> testCases, IMessageSink diagnostics, IMessageBus messageBus,
    ITestCaseOrderer orderer, ExceptionAggregator aggregator, CancellationTokenSource cancellation, AssemblyFixtures assemblyFixtures)
    : XunitTestCollectionRunner(collection, testCases, diagnostics, messageBus, orderer, aggregator, cancellation)
{
    protected override void CreateCollectionFixture(Type fixtureType)
    {
        var parameters = fixtureType.GetConstructors() is [var single] ? single.GetParameters() : [];
        if (parameters.Select(each => assemblyFixtures.FindError(each.ParameterType)).FirstOrDefault(each => each is not null) is { } error)
        {
            Aggregator.Add(error);
        }
        else if (parameters.Any(each => assemblyFixtures.TryGet(each.ParameterType, out _)))
        {
            Aggregator.Run(() => CollectionFixtureMappings[fixtureType] = Activator.CreateInstance(fixtureType, [.. parameters.Select(each => Resolve(each.ParameterType, fixtureType))])!);
        }
        else
        {
            base.CreateCollectionFixture(fixtureType);
        }
    }

    protected override Task<RunSummary> RunTestClassAsync(ITestClass testClass, IReflectionTypeInfo @class, IEnumerable<IXunitTestCase> testCases) =>
        new KitClassRunner(
            testClass, @class, testCases, DiagnosticMessageSink, MessageBus, TestCaseOrderer, new ExceptionAggregator(Aggregator), CancellationTokenSource,
            assemblyFixtures.With(CollectionFixtureMappings), assemblyFixtures).RunAsync();

    private object Resolve(Type type, Type fixtureType) => type == typeof(IMessageSink)
        ? DiagnosticMessageSink
        : assemblyFixtures.TryGet(type, out var fixture)
            ? fixture!
            : throw new TestClassException($"Collection fixture type '{fixtureType.FullName}' had an unresolved constructor argument: {type.Name}");
}
