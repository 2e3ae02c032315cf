using System.Diagnostics;
using IntegrationKit.Ownership;

namespace IntegrationKit.Tests.Ownership;

/// <summary>The watchdog's program, and the pipes to it and from it.</summary>
internal sealed class WatchdogProgram : IDisposable
{
    private readonly Process _process;

    private WatchdogProgram(Process process) => _process = process;

    public static WatchdogProgram Start()
    {
        var direct = new WatchdogCommand(WatchdogHost.OfThisProcess.Find()!, ["exec", WatchdogCommand.Find().Arguments[^1]]);
        return new(Process.Start(WatchdogStartInfo.Of(direct))!);
    }

    /// <summary>Starts it and lets it watch an engine's socket.</summary>
    public static async Task<WatchdogProgram> WatchAsync(string socketPath)
    {
        var program = Start();
        Assert.Matches("^ready [0-9]+$", await program.AskAsync($"watch unix://{socketPath} org.integrationkit.session=unit"));
        return program;
    }

    /// <summary>Sends a line and returns the answer; null where the program ends instead.</summary>
    public async Task<string?> AskAsync(string line)
    {
        Send(line);
        return await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
    }

    public void Send(string line)
    {
        _process.StandardInput.Write(line + "\n");
        _process.StandardInput.Flush();
    }

    /// <summary>What the operating system does when the owner dies.</summary>
    public void Die() => _process.StandardInput.Close();

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
