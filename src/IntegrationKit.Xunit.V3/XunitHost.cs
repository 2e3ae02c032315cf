using Xunit.Sdk;
using Xunit.v3;

namespace IntegrationKit.Adapter;

/// <summary>What the adapter needs of xUnit v3.</summary>
internal static class XunitHost
{
    public static TestHandle GetCurrentTest(object testInstance, ITestOutputHelper? output) =>
        new ContextTest(TestContext.Current, testInstance.GetType(), output);

    /// <summary>Returns a function that writes a diagnostic message from any thread, also one without a test context.</summary>
    public static Action<string> GetDiagnostics(IMessageSink? sink = null)
    {
        var context = TestContext.Current;
        return sink is null ? context.SendDiagnosticMessage : text => sink.OnMessage(new DiagnosticMessage(text));
    }
}
