using IntegrationKit.Adapter;

namespace IntegrationKit;

public abstract partial class InfrastructureFixture
{
    private readonly IMessageSink? _messages;

    /// <summary>Makes a fixture. Nothing is started.</summary>
    /// <param name="messages">
    /// Where messages go while no test runs, from the constructor of the derived class. Default null: to the package's test
    /// framework, where that runs the tests.
    /// </param>
    protected InfrastructureFixture(IMessageSink? messages = null) => _messages = messages;

    private Action<string> GetDiagnostics() => XunitHost.GetDiagnostics(_messages);
}
