using System.Reflection;

namespace IntegrationKit.Adapter.Framework;

internal sealed class KitExecutor(AssemblyName assemblyName, ISourceInformationProvider sources, IMessageSink diagnostics)
    : XunitTestFrameworkExecutor(assemblyName, sources, diagnostics)
{
    // xUnit's contract: it returns at once, and the message of the assembly's end ends the run.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "MA0147", Justification = "The signature is xUnit's.")]
    protected override async void RunTestCases(
        IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
    {
        using var runner = new KitAssemblyRunner(TestAssembly, testCases, DiagnosticMessageSink, executionMessageSink, executionOptions);
        await runner.RunAsync().ConfigureAwait(true);
    }
}
