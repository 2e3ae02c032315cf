namespace IntegrationKit.Adapter;

/// <summary>What the adapter needs of xUnit v2.</summary>
internal static class XunitHost
{
    /// <summary>Where messages go that belong to no test. Set by the framework's constructor.</summary>
    public static IMessageSink? DiagnosticMessages { get; set; }

    public static TestHandle GetCurrentTest(object testInstance, ITestOutputHelper? output) =>
        RunningTest.Current ?? (TestHandle)new UnknownTest(testInstance.GetType(), output);

    /// <summary>Returns a function that writes a diagnostic message from any thread.</summary>
    public static Action<string> GetDiagnostics(IMessageSink? sink = null) =>
        text => (sink ?? DiagnosticMessages)?.OnMessage(new DiagnosticMessage(text));
}
