using System.Diagnostics;
using IntegrationKit.Engine;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>A Docker Engine of the suite's own, which it may stop; with a folder, a bridge and one image of its own.</summary>
internal sealed class SecondEngine : IAsyncDisposable
{
    private const string Daemon = "/usr/sbin/dockerd";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("integrationkit-").FullName;
    private readonly string _bridge = $"ikt{Guid.NewGuid().ToString("N")[..8]}";
    private readonly bool _isElsewhere;
    private Process? _daemon;
    private bool _wasKilled;

    private readonly string[] _arguments;

    private SecondEngine(bool isElsewhere, string[] arguments) => (_isElsewhere, _arguments) = (isElsewhere, arguments);

    private string MakeBridge =>
        $"ip link add name {_bridge} type bridge && ip addr add 10.213.77.1/24 dev {_bridge} && ip link set {_bridge} up";

    // A killed daemon leaves its mounts, and the processes around a container that it was starting.
    private string EndRemains => $$"""
        for shim in $(grep -lszxF '{{_folder}}/exec/containerd/containerd.sock' /proc/[0-9]*/cmdline | cut -d / -f 3); do
            pkill -KILL -P "$shim"
            kill -KILL "$shim" 2> /dev/null
        done
        grep -o ' {{_folder}}[^ ]*' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
        """;

    public string Endpoint => $"unix://{_folder}/engine.sock";

    /// <param name="isElsewhere">Gives it a network of its own, as if it ran on another machine: its 127.0.0.1 is not ours.</param>
    /// <param name="arguments">Further arguments of the daemon.</param>
    public static async Task<SecondEngine> StartAsync(bool isElsewhere = false, params string[] arguments)
    {
        await using var real = await RealEngine.ConnectAsync();
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists(Daemon), $"A second engine needs root and {Daemon}.");
        var engine = new SecondEngine(isElsewhere, arguments);
        try
        {
            if (!isElsewhere)
            {
                await RunAsync("sh", "-c", engine.MakeBridge);
            }

            await engine.UpAsync();
            var archive = Path.Combine(engine._folder, "image.tar");
            await RunAsync("docker", "-H", real.Api.Endpoint.ToString(), "save", "-o", archive, RealEngine.Image);
            await RunAsync("docker", "-H", engine.Endpoint, "load", "-i", archive);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the daemon, and returns when it answers.</summary>
    public async Task UpAsync()
    {
        // Its own pid file, so that it takes itself for no other; no firewall rules, which are the host's.
        string[] daemon =
        [
            Daemon,
            "--host", Endpoint, "--data-root", $"{_folder}/data", "--exec-root", $"{_folder}/exec", "--pidfile", $"{_folder}/engine.pid",
            "--bridge", _bridge, "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false", "--log-level", "error", .. _arguments,
        ];
        // Ports that nobody else on this machine is given, by the first engine for instance.
        string[] elsewhere = ["--net", "sh", "-c", $"echo 20000 25000 > /proc/sys/net/ipv4/ip_local_port_range && ip link set lo up && {MakeBridge} && exec \"$@\"", "sh", .. daemon];
        _daemon = Process.Start(new ProcessStartInfo(_isElsewhere ? "unshare" : Daemon, _isElsewhere ? elsewhere : daemon[1..])
        { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        _daemon.BeginErrorReadLine();
        _daemon.BeginOutputReadLine();
        await Kit.UntilAsync(async () => await Record.ExceptionAsync(async () => await (await ConnectAsync()).DisposeAsync()) is null, Limit);
    }

    /// <summary>Has the daemon hang. What runs in its containers runs on.</summary>
    public Task FreezeAsync() => RunAsync("kill", "-STOP", $"{_daemon!.Id}");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => RunAsync("kill", "-CONT", $"{_daemon!.Id}");

    /// <summary>Stops the daemon, as an administrator does, or kills it. Its containers end with it, or when it is up again.</summary>
    public async Task DownAsync(bool hard = false)
    {
        await RunAsync("kill", hard ? "-KILL" : "-TERM", $"{_daemon!.Id}");
        await _daemon.WaitForExitAsync(Kit.Cancellation).WaitAsync(Limit, TimeProvider.System, Kit.Cancellation);
        _daemon.Dispose();
        _daemon = null;
        _wasKilled |= hard;
        if (hard)
        {
            // In many containers nothing waits for orphaned processes: by its file, the killed daemon's containerd looks alive.
            File.Delete($"{_folder}/exec/containerd/containerd.pid");
            File.Delete($"{_folder}/engine.pid");
        }
    }

    /// <summary>What this process has on it.</summary>
    public async Task<IReadOnlyList<string>> ResourcesAsync()
    {
        await using var engine = await ConnectAsync();
        return
        [
            .. (await engine.Containers.ListAsync([IntegrationKit.Ownership.ResourceLabels.Filter], Kit.Cancellation)).Select(each => $"{each.Name} ({each.Status})"),
            .. (await engine.Networks.ListAsync([IntegrationKit.Ownership.ResourceLabels.Filter], Kit.Cancellation)).Select(each => each.Name),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is { HasExited: false })
        {
            await ThawAsync();
            await DownAsync();
        }

        if (_wasKilled)
        {
            await RunAsync("sh", "-c", EndRemains);
        }

        if (!_isElsewhere)
        {
            await RunAsync("ip", "link", "del", _bridge);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error} {await output}");
    }

    private Task<IContainerEngine> ConnectAsync() => EngineConnector.ConnectAsync(Endpoint, TimeSpan.FromSeconds(5), TimeProvider.System, Kit.Cancellation);
}
