using Xunit.Sdk;
using Xunit.v3;

namespace IntegrationKit.Adapter;

/// <summary>xUnit v3, as far as the adapter needs it.</summary>
internal static class XunitHost
{
    public static TestHandle GetCurrentTest(object testInstance, ITestOutputHelper? output) =>
        new ContextTest(TestContext.Current, testInstance.GetType(), output);

    /// <summary>Returns what writes a diagnostic message from whatever thread, on which the context need not flow.</summary>
    public static Action<string> GetDiagnostics(IMessageSink? sink = null)
    {
        var context = TestContext.Current;
        return sink is null ? context.SendDiagnosticMessage : text => sink.OnMessage(new DiagnosticMessage(text));
    }
}
