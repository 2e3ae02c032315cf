namespace IntegrationKit.Adapter;

/// <summary>xUnit v2, as far as the adapter needs it.</summary>
internal static class XunitHost
{
    /// <summary>Where messages go that belong to no test; known as soon as the framework is.</summary>
    public static IMessageSink? DiagnosticMessages { get; set; }

    public static TestHandle GetCurrentTest(object testInstance, ITestOutputHelper? output) =>
        RunningTest.Current ?? (TestHandle)new UnknownTest(testInstance.GetType(), output);

    /// <summary>Returns what writes a diagnostic message from whatever thread.</summary>
    public static Action<string> GetDiagnostics(IMessageSink? sink = null) =>
        text => (sink ?? DiagnosticMessages)?.OnMessage(new DiagnosticMessage(text));
}
