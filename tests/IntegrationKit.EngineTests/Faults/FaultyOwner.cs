using System.Diagnostics;
using System.Reflection;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>A process that owns an infrastructure, and a look at what there is of it on the engine.</summary>
internal sealed class FaultyOwner : IAsyncDisposable
{
    private const string Label = IntegrationKit.Ownership.ResourceLabels.IdLabel;

    private static readonly string Program =
        typeof(FaultyOwner).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "FaultyOwner").Value!;

    // With no resource in sight for so long, a create that was on its way when the owner died has shown up.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LineLimit = TimeSpan.FromSeconds(60);

    // A shell lets its background jobs ignore Ctrl-C, and they hand that on to those that they start, down to here.
    private static readonly string[] HeedsInterrupt = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : [];

    private readonly RealEngine _real;
    private readonly Process _process;

    private FaultyOwner(RealEngine real, Process process) => (_real, _process) = (real, process);

    /// <summary>The session's id.</summary>
    public string Session { get; private set; } = string.Empty;

    public int ProcessId => _process.Id;

    private string Filter => $"{Label}={Session}";

    /// <summary>Returns when the process is about to start its infrastructure.</summary>
    /// <param name="withWatchdog">Whether it has one.</param>
    /// <param name="launcher">A program, with its arguments, that runs it. Default: none.</param>
    public static Task<FaultyOwner> StartAsync(bool withWatchdog = true, params string[] launcher) => BeginAsync(withWatchdog, launcher, []);

    /// <summary>The same, for a program with arguments.</summary>
    public static Task<FaultyOwner> StartWithAsync(params string[] arguments) => BeginAsync(withWatchdog: true, [], arguments);

    /// <summary>Returns when the process is running its infrastructure.</summary>
    public static async Task<FaultyOwner> RunAsync(bool withWatchdog = true, params string[] launcher)
    {
        var owner = await StartAsync(withWatchdog, launcher);
        await owner.UntilAsync("running");
        return owner;
    }

    public Task StopAsync() => _process.StandardInput.WriteLineAsync("stop".AsMemory(), Kit.Cancellation);

    /// <summary>Waits for a line of its output.</summary>
    public async Task<string> UntilAsync(string prefix)
    {
        while (await _process.StandardOutput.ReadLineAsync(Kit.Cancellation).AsTask().WaitAsync(LineLimit, TimeProvider.System, Kit.Cancellation) is { } line)
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
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(Kit.Cancellation);
    }

    /// <summary>Ends it as SIGKILL does, with those that it has started, but without its watchdog.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(Kit.Cancellation);
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(Kit.Cancellation).WaitAsync(LineLimit, TimeProvider.System, Kit.Cancellation);
        return _process.ExitCode;
    }

    /// <summary>Its containers, networks and volumes.</summary>
    public async Task<IReadOnlyList<string>> ResourcesAsync() =>
    [
        .. (await _real.Containers.ListAsync([Filter], Kit.Cancellation)).Select(each => $"{each.Name} ({each.Status})"),
        .. (await _real.Api.Networks.ListAsync([Filter], Kit.Cancellation)).Select(each => each.Name),
        .. (await _real.Api.Volumes.ListAsync([Filter], Kit.Cancellation)).Select(each => each.Name),
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

            await Task.Delay(Pause, TimeProvider.System, Kit.Cancellation);
        }

        return gone;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();

        // Another's sweep may be removing the same: a network is refused while its container is on the way out.
        await Kit.UntilAsync(async () => await Record.ExceptionAsync(RemoveAllAsync) is null, CleanUpLimit);
        await _real.DisposeAsync();
    }

    private static async Task<FaultyOwner> BeginAsync(bool withWatchdog, string[] launcher, string[] arguments)
    {
        var real = await RealEngine.ConnectAsync();
        string[] command = [.. launcher, .. HeedsInterrupt, "dotnet", Program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["INTEGRATIONKIT_WATCHDOG"] = withWatchdog ? "on" : "off" },
        };
        var owner = new FaultyOwner(real, Process.Start(start)!);
        owner.Session = (await owner.UntilAsync("session "))["session ".Length..];
        return owner;
    }

    private async Task RemoveAllAsync()
    {
        foreach (var each in await _real.Containers.ListAsync([Filter], CancellationToken.None))
        {
            await _real.Containers.RemoveAsync(each.Id, CancellationToken.None);
        }

        foreach (var each in await _real.Api.Networks.ListAsync([Filter], CancellationToken.None))
        {
            await _real.Api.Networks.RemoveAsync(each.Id, CancellationToken.None);
        }
    }
}
