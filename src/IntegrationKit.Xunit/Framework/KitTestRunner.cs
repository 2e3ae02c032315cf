using System.Reflection;

namespace IntegrationKit.Adapter.Framework;

/// <summary>Makes the test known to the code that it runs, and calls the observers of its end.</summary>
internal sealed class KitTestRunner(
    ITest test, IMessageBus messageBus, Type testClass, object[] constructorArguments, MethodInfo testMethod, object[] testMethodArguments, string skipReason,
    IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes, ExceptionAggregator aggregator, CancellationTokenSource cancellation)
    : XunitTestRunner(test, messageBus, testClass, constructorArguments, testMethod, testMethodArguments, skipReason, beforeAfterAttributes, aggregator, cancellation)
{
    private readonly TestOutputHelper _output = new();
    private RunningTest? _running;

    protected override async Task<Tuple<decimal, string>> InvokeTestAsync(ExceptionAggregator aggregator)
    {
        // A constructor that asks for the output gets the one that the adapter writes to. xUnit passes a function as placeholder.
        ConstructorArguments = Array.ConvertAll(ConstructorArguments, each => each is Func<TestOutputHelper> ? _output : each);
        _output.Initialize(MessageBus, Test);
        using var running = new RunningTest(Test, TestMethod, _output, CancellationTokenSource.Token);
        _running = RunningTest.Current = running;
        var elapsed = 0m;
        if (BeforeAfterAttributes.OfType<RequiresInfrastructureAttribute>().Any())
        {
            await aggregator.RunAsync(EngineCheck.EnsureAsync).ConfigureAwait(true);
        }

        if (!aggregator.HasExceptions)
        {
            elapsed = await InvokeTestMethodAsync(aggregator).ConfigureAwait(true);
        }

        running.Failed = aggregator.HasExceptions && aggregator.ToException() is not SkipTestException;
        await aggregator.RunAsync(running.EndAsync).ConfigureAwait(true);
        var text = _output.Output;
        _output.Uninitialize();
        return Tuple.Create(elapsed, text);
    }

    protected override Task<decimal> InvokeTestMethodAsync(ExceptionAggregator aggregator) => new KitTestInvoker(
        _running!, Test, MessageBus, TestClass, ConstructorArguments, TestMethod, TestMethodArguments, BeforeAfterAttributes, aggregator, CancellationTokenSource).RunAsync();
}

/// <summary>Keeps the task of the test's body, for which xUnit stops waiting at a time-out, and cancels it then.</summary>
internal sealed class KitTestInvoker(
    RunningTest running, ITest test, IMessageBus messageBus, Type testClass, object[] constructorArguments, MethodInfo testMethod, object[] testMethodArguments,
    IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes, ExceptionAggregator aggregator, CancellationTokenSource cancellation)
    : XunitTestInvoker(test, messageBus, testClass, constructorArguments, testMethod, testMethodArguments, beforeAfterAttributes, aggregator, cancellation)
{
    protected override object CallTestMethod(object testClassInstance)
    {
        var result = base.CallTestMethod(testClassInstance);
        running.Body = result as Task ?? Task.CompletedTask;
        return result;
    }

    protected override async Task<decimal> InvokeTestMethodAsync(object testClassInstance)
    {
        try
        {
            return await base.InvokeTestMethodAsync(testClassInstance).ConfigureAwait(true);
        }
        catch (TestTimeoutException)
        {
            running.Cancel();
            throw;
        }
        finally
        {
            running.Failed = Aggregator.HasExceptions;
        }
    }
}
