using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace IntegrationKit.Benchmarks.Adapters;

/// <summary>Runs the tests of one class of this assembly by xUnit v3, in this process, as its own runner does.</summary>
internal sealed class TestRunner
{
    private static readonly Options Defaults = new();

    private readonly XunitTestFramework _framework = new();
    private readonly List<ITestCase> _cases = [];

    /// <summary>Finds the tests, which is not measured.</summary>
    public static async Task<TestRunner> FindAsync(Type testClass)
    {
        Begin();
        var runner = new TestRunner();
        await runner._framework.GetDiscoverer(testClass.Assembly).Find(
            test =>
            {
                runner._cases.Add(test);
                return new(true);
            },
            Defaults,
            [testClass],
            CancellationToken.None);
        return runner;
    }

    /// <summary>Runs them once.</summary>
    public async Task RunAsync()
    {
        Begin();
        var results = new Results();
        await _framework.GetExecutor(GetType().Assembly).RunTestCases(_cases, results, Defaults, CancellationToken.None);
        if (results.Problem is not null || results.Passed == 0)
        {
            throw new InvalidOperationException($"{results.Passed} tests have passed. {results.Problem}");
        }
    }

    /// <summary>xUnit's context is one of the asynchronous flow, so each flow begins with it.</summary>
    private static void Begin() => TestContext.SetForInitialization(diagnosticMessageSink: null, diagnosticMessages: false, internalDiagnosticMessages: false);

    private sealed class Results : IMessageSink
    {
        private int _passed;

        public int Passed => _passed;

        public string? Problem { get; private set; }

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestPassed:
                    Interlocked.Increment(ref _passed);
                    break;
                case IErrorMetadata error:
                    Problem ??= string.Join(" ", error.Messages);
                    break;
            }

            return true;
        }
    }

    /// <summary>Nothing is set.</summary>
    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        public TValue? GetValue<TValue>(string name) => default;

        public void SetValue<TValue>(string name, TValue value)
        {
        }

        public string ToJson() => "{}";
    }
}
