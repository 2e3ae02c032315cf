using System.Reflection;

namespace IntegrationKit.Adapter.Framework;

/// <summary>Fails the tests of a class that asks, itself or by a fixture, for a fixture of the assembly that could not be created.</summary>
internal sealed class KitClassRunner(
    ITestClass testClass, IReflectionTypeInfo @class, IEnumerable<IXunitTestCase> testCases, IMessageSink diagnostics, IMessageBus messageBus,
    ITestCaseOrderer orderer, ExceptionAggregator aggregator, CancellationTokenSource cancellation, IDictionary<Type, object> sharedFixtures, AssemblyFixtures assemblyFixtures)
    : XunitTestClassRunner(testClass, @class, testCases, diagnostics, messageBus, orderer, aggregator, cancellation, sharedFixtures)
{
    protected override void CreateClassFixture(Type fixtureType)
    {
        var parameters = fixtureType.GetConstructors() is [var single] ? single.GetParameters() : [];
        if (parameters.Select(each => assemblyFixtures.FindError(each.ParameterType)).FirstOrDefault(each => each is not null) is { } error)
        {
            Aggregator.Add(error);
        }
        else
        {
            base.CreateClassFixture(fixtureType);
        }
    }

    protected override bool TryGetConstructorArgument(ConstructorInfo constructor, int index, ParameterInfo parameter, out object argumentValue)
    {
        if (!base.TryGetConstructorArgument(constructor, index, parameter, out argumentValue) && assemblyFixtures.FindError(parameter.ParameterType) is { } error)
        {
            Aggregator.Add(error);
            return true;
        }

        return argumentValue is not null;
    }

    protected override Task<RunSummary> RunTestMethodAsync(
        ITestMethod testMethod, IReflectionMethodInfo method, IEnumerable<IXunitTestCase> testCases, object[] constructorArguments) =>
        new KitMethodRunner(testMethod, Class, method, testCases, DiagnosticMessageSink, MessageBus, new ExceptionAggregator(Aggregator), CancellationTokenSource, constructorArguments).RunAsync();
}
