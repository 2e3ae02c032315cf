using System.Reflection;

namespace IntegrationKit.Adapter.Framework;

/// <summary>Creates the assembly's fixtures, and stops the shared servers before the run is reported as finished.</summary>
internal sealed class KitAssemblyRunner(
    ITestAssembly testAssembly, IEnumerable<IXunitTestCase> testCases, IMessageSink diagnostics, IMessageSink execution, ITestFrameworkExecutionOptions options)
    : XunitTestAssemblyRunner(testAssembly, testCases, diagnostics, execution, options)
{
    private readonly AssemblyFixtures _fixtures = new(diagnostics);
    private SemaphoreSlim? _parallelCollections;

    protected override async Task AfterTestAssemblyStartingAsync()
    {
        await base.AfterTestAssemblyStartingAsync().ConfigureAwait(true);
        _parallelCollections = LimitOfParallelCollections() is { } limit ? new(limit) : null;
        if (TestAssembly.Assembly is IReflectionAssemblyInfo { Assembly: { } assembly })
        {
            await _fixtures.CreateAsync(assembly.GetCustomAttributes<AssemblyFixtureAttribute>().Select(each => each.Fixture)).ConfigureAwait(true);
        }
    }

    protected override async Task BeforeTestAssemblyFinishedAsync()
    {
        await base.BeforeTestAssemblyFinishedAsync().ConfigureAwait(true);
        await _fixtures.DisposeAsync(Aggregator).ConfigureAwait(true);
        await Aggregator.RunAsync(() => TestInfrastructure.StopSharedServersAsync()).ConfigureAwait(true);
    }

    protected override async Task<RunSummary> RunTestCollectionAsync(
        IMessageBus messageBus, ITestCollection testCollection, IEnumerable<IXunitTestCase> testCases, CancellationTokenSource cancellationTokenSource)
    {
        if (_parallelCollections is not null)
        {
            await _parallelCollections.WaitAsync(cancellationTokenSource.Token).ConfigureAwait(true);
        }

        try
        {
            return await new KitCollectionRunner(
                testCollection, testCases, DiagnosticMessageSink, messageBus, TestCaseOrderer, new ExceptionAggregator(Aggregator), cancellationTokenSource, _fixtures)
                .RunAsync().ConfigureAwait(true);
        }
        finally
        {
            _parallelCollections?.Release();
        }
    }

    /// <summary>xUnit's conservative algorithm limits how many collections run at once; its own semaphore is private.</summary>
    private int? LimitOfParallelCollections()
    {
        var behavior = TestAssembly.Assembly.GetCustomAttributes(typeof(CollectionBehaviorAttribute)).SingleOrDefault();
        if ((ExecutionOptions.DisableParallelization() ?? behavior?.GetNamedArgument<bool>(nameof(CollectionBehaviorAttribute.DisableTestParallelization)) ?? false)
            || ExecutionOptions.ParallelAlgorithmOrDefault() != ParallelAlgorithm.Conservative)
        {
            return null;
        }

        return (ExecutionOptions.MaxParallelThreads() ?? behavior?.GetNamedArgument<int>(nameof(CollectionBehaviorAttribute.MaxParallelThreads)) ?? 0) switch
        {
            0 => Environment.ProcessorCount,
            > 0 and var limit => limit,
            _ => null,
        };
    }
}
