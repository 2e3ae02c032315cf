using System.Diagnostics;
using IntegrationKit.Engine;
using IntegrationKit.Ownership;

namespace IntegrationKit.Tests.Shared;

/// <summary>A process that owns an infrastructure, and a look at what there is of it on the engine.</summary>
internal class OwnerProcess : IAsyncDisposable
{
    // With no resource in sight for so long, a create that was on its way when the owner died has shown up.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LineLimit = TimeSpan.FromSeconds(60);

    private readonly IContainerEngine _engine;
    private readonly Task<string> _errors;

    /// <param name="engine">The engine that the process uses; disposed of with it.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    protected OwnerProcess(IContainerEngine engine, string[] command, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _engine = engine;
        Process = Process.Start(start)!;
        _errors = Process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>The session's id.</summary>
    public string Session { get; private set; } = string.Empty;

    public int ProcessId => Process.Id;

    protected Process Process { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Filter => $"{ResourceLabels.IdLabel}={Session}";

    /// <summary>Waits for the line with the session's id.</summary>
    public async Task ReadSessionAsync() => Session = (await UntilAsync("session "))["session ".Length..];

    public Task TellAsync(string line) => Process.StandardInput.WriteLineAsync(line.AsMemory(), Cancellation);

    /// <summary>Waits for a line of its output.</summary>
    public async Task<string> UntilAsync(string prefix)
    {
        while (await Process.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(LineLimit, TimeProvider.System, Cancellation) is { } line)
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new EndOfStreamException($"The owner has ended without the line '{prefix}'.");
    }

    /// <summary>Sends a signal to it: KILL, TERM, INT.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{ProcessId}"]);
        await kill.WaitForExitAsync(Cancellation);
    }

    public async Task<int> ExitAsync()
    {
        await Process.WaitForExitAsync(Cancellation).WaitAsync(LineLimit, TimeProvider.System, Cancellation);
        return Process.ExitCode;
    }

    /// <summary>What it has written to its error stream, when it has ended.</summary>
    public Task<string> ErrorsAsync() => _errors.WaitAsync(LineLimit, TimeProvider.System, Cancellation);

    /// <summary>Its containers, networks and volumes.</summary>
    public async Task<IReadOnlyList<string>> ResourcesAsync() =>
    [
        .. (await _engine.Containers.ListAsync([Filter], Cancellation)).Select(each => $"{each.Name} ({each.Status})"),
        .. (await _engine.Networks.ListAsync([Filter], Cancellation)).Select(each => each.Name),
        .. (await _engine.Volumes.ListAsync([Filter], Cancellation)).Select(each => each.Name),
    ];

    /// <summary>Returns how long it took until the last resource was gone.</summary>
    public async Task<TimeSpan> GoneAsync(TimeSpan limit)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var gone = TimeSpan.Zero;
        while (TimeProvider.System.GetElapsedTime(begun) - gone < Quiet)
        {
            var left = await ResourcesAsync();
            if (left.Count > 0)
            {
                gone = TimeProvider.System.GetElapsedTime(begun);
                Assert.True(gone < limit, $"Left after {limit.TotalSeconds} s: {string.Join(", ", left)}");
            }

            await Task.Delay(Pause, TimeProvider.System, Cancellation);
        }

        return gone;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        Process.Dispose();

        // Another's sweep may be removing the same: a network is refused while its container is on the way out.
        var begun = TimeProvider.System.GetTimestamp();
        while (Session.Length > 0 && await Record.ExceptionAsync(RemoveAllAsync) is not null)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < CleanUpLimit, $"Not removed within {CleanUpLimit.TotalSeconds} s.");
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }

        await _engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task RemoveAllAsync()
    {
        foreach (var each in await _engine.Containers.ListAsync([Filter], CancellationToken.None))
        {
            await _engine.Containers.RemoveAsync(each.Id, CancellationToken.None);
        }

        foreach (var each in await _engine.Networks.ListAsync([Filter], CancellationToken.None))
        {
            await _engine.Networks.RemoveAsync(each.Id, CancellationToken.None);
        }
    }
}
