using System.Threading.Channels;

namespace IntegrationKit.Tests.Readiness.Support;

internal static class Channels
{
    /// <summary>A log that the test writes while it is followed.</summary>
    public static Channel<string> Log(params string[] lines)
    {
        var channel = Channel.CreateUnbounded<string>();
        foreach (var line in lines)
        {
            channel.Writer.TryWrite(line);
        }

        return channel;
    }

    public static Channel<string> Ended(this Channel<string> channel, Exception? error = null)
    {
        channel.Writer.Complete(error);
        return channel;
    }

    /// <summary>Completes when the follower has taken every line.</summary>
    public static async Task WhenReadAsync(this ChannelReader<string> reader)
    {
        while (reader.Count > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
