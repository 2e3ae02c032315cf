using IntegrationKit.Adapter;

namespace IntegrationKit;

public abstract partial class InfrastructureFixture
{
    private readonly Xunit.Sdk.IMessageSink? _messages;

    /// <summary>Creates a fixture. Starts nothing.</summary>
    /// <param name="messages">Where messages go while no test runs. Default null: to xUnit's diagnostic messages.</param>
    protected InfrastructureFixture(Xunit.Sdk.IMessageSink? messages = null) => _messages = messages;

    private Action<string> GetDiagnostics() => XunitHost.GetDiagnostics(_messages);
}
