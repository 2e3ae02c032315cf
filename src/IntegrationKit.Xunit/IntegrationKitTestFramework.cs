using System.Reflection;
using IntegrationKit.Adapter;
using IntegrationKit.Adapter.Framework;

namespace IntegrationKit;

/// <summary>
/// xUnit's own test framework with what integration tests need besides: the shared servers stop before the run is reported
/// as finished, an assembly may have fixtures, a test may be skipped while it runs, and a test knows how it ended. The
/// package registers it by a build property; derive your own framework from it to combine both.
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
