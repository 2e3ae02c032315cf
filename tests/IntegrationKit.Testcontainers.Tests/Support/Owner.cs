using System.Diagnostics;
using System.Reflection;
using IntegrationKit.Engine;
using IntegrationKit.Ownership;

namespace IntegrationKit.Testcontainers.Tests.Support;

/// <summary>A process that runs a Redis of Testcontainers, and a look at what there is of it on the engine.</summary>
internal sealed class Owner : IAsyncDisposable
{
    private static readonly TimeSpan LineLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly IContainerEngine _engine;
    private readonly Process _process;

    private Owner(IContainerEngine engine, Process process) => (_engine, _process) = (engine, process);

    private string? Filter { get; set; }

    /// <summary>Returns when the process is about to create its container.</summary>
    public static async Task<Owner> StartAsync()
    {
        var owner = await LaunchAsync();
        owner.Filter = $"{ResourceLabels.IdLabel}={(await owner.UntilAsync("session "))["session ".Length..]}";
        return owner;
    }

    /// <summary>Starts the process.</summary>
    public static async Task<Owner> LaunchAsync(params string[] arguments)
    {
        var engine = await Kit.ConnectAsync();
        var program = typeof(Owner).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "Owner").Value!;
        var start = new ProcessStartInfo("dotnet", [program, Kit.Image("redis:7"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("DOCKER_API_VERSION");
        return new(engine, Process.Start(start)!);
    }

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

    public async Task EndAsync()
    {
        await _process.StandardInput.WriteLineAsync("end".AsMemory(), Kit.Cancellation);
        await _process.WaitForExitAsync(Kit.Cancellation);
    }

    /// <summary>Sends a signal to it: KILL, TERM.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(Kit.Cancellation);
    }

    public Task<IReadOnlyList<string>> ResourcesAsync() => Kit.ListAsync(_engine, Filter!);

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
        foreach (var each in Filter is null ? [] : await _engine.Containers.ListAsync([Filter], CancellationToken.None))
        {
            await _engine.Containers.RemoveAsync(each.Id, CancellationToken.None);
        }

        await _engine.DisposeAsync();
    }
}
