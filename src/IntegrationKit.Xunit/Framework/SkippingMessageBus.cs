namespace IntegrationKit.Adapter.Framework;

/// <summary>Reports a test that asked to be skipped as skipped, not as failed.</summary>
internal sealed class SkippingMessageBus(IMessageBus bus) : IMessageBus
{
    /// <summary>How many failures became skips.</summary>
    public int Skipped { get; private set; }

    public bool QueueMessage(IMessageSinkMessage message)
    {
        if (message is ITestFailed { Messages: [{ } text, ..] } failed && text.StartsWith(SkipTestException.Token, StringComparison.Ordinal))
        {
            Skipped++;
            message = new TestSkipped(failed.Test, text[SkipTestException.Token.Length..]);
        }

        return bus.QueueMessage(message);
    }

    public void Dispose()
    {
        // The bus belongs to the run.
    }
}
