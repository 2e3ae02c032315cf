using IntegrationKit.Engine;
using IntegrationKit.Ownership;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntegrationKit.Tests.Ownership;

/// <summary>A program in the place of the watchdog that writes down what it is told.</summary>
internal sealed class RecordingWatchdog : IAsyncDisposable
{
    private static readonly EngineEndpoint Mark = new(new Uri("unix:///mark.sock"), "test");

    private readonly string _file = Path.GetTempFileName();

    public RecordingWatchdog()
    {
        // The shell keeps its output open until all is written: the client takes the end of that for the program's end.
        string[] arguments = ["-c", "echo ready $$; cat > \"$0\"", _file];
        Client = WatchdogClient.Start("org.integrationkit.session=unit", NullLogger.Instance, TimeProvider.System, () => new("/bin/sh", arguments));
    }

    public WatchdogClient Client { get; }

    /// <summary>The first word of each line that it got before this call, which ends it.</summary>
    public async Task<IReadOnlyList<string>> ToldAsync()
    {
        // What is sent from here on comes after the mark; a client that was stopped sends nothing more.
        Client.Watch(Mark);
        await Client.StopAsync();
        var lines = await File.ReadAllLinesAsync(_file, TestContext.Current.CancellationToken);
        return [.. lines.TakeWhile(line => !line.Contains(Mark.ToString(), StringComparison.Ordinal)).Select(line => line.Split(' ')[0])];
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        File.Delete(_file);
    }
}
