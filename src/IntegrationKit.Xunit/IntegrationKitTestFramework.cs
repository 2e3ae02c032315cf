using System.Reflection;
using IntegrationKit.Adapter;
using IntegrationKit.Adapter.Framework;

namespace IntegrationKit;

/// <summary>
/// xUnit's own test framework and what it lacks for integration tests: the shared servers stop before the run is reported
/// as finished, an assembly may have fixtures, a test may be skipped while it runs, and a test knows how it ended. A
/// property of the package registers it; derive from it to bring your own on top.
/// </summary>
public class IntegrationKitTestFramework : XunitTestFramework
{
    /// <summary>Called by xUnit.</summary>
    public IntegrationKitTestFramework(IMessageSink messageSink)
        : base(messageSink) => XunitHost.DiagnosticMessages = messageSink;

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new KitExecutor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);
}
