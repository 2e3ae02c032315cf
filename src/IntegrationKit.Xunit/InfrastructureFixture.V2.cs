using IntegrationKit.Adapter;

namespace IntegrationKit;

public abstract partial class InfrastructureFixture
{
    private readonly IMessageSink? _messages;

    /// <summary>Creates a fixture. Starts nothing.</summary>
    /// <param name="messages">
    /// Where messages go while no test runs: the sink that xUnit passes to the constructor of the derived class. Default
    /// null: the sink of the package's test framework, where that runs the tests.
    /// </param>
    protected InfrastructureFixture(IMessageSink? messages = null) => _messages = messages;

    private Action<string> GetDiagnostics() => XunitHost.GetDiagnostics(_messages);
}
