using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

/// <summary>The engine calls of one Redis container's life, as one client makes them.</summary>
internal interface IEngine
{
    Task PingAsync();
    Task<string> InspectImageAsync(string image);
    Task OpenEventsAsync();
    Task<string> CreateAsync(string image);
    Task StartAsync(string id);
    Task<int> InspectPortAsync(string id);
    Task RemoveAsync(string id);
}

/// <summary>Walks the calls in a fixed order and prints what they cost this process as one line.</summary>
internal static class Flow
{
    public const string Image = "integrationkit.local/redis:7";

    public static async Task<int> RunAsync(Func<string, IEngine> connect, string[] args)
    {
        var steps = new List<string>();
        var clock = Stopwatch.StartNew();
        var last = (Wall: TimeSpan.Zero, Cpu: Cpu());
        void Note(string name)
        {
            var now = (Wall: clock.Elapsed, Cpu: Cpu());
            steps.Add($"{name}={(now.Wall - last.Wall).TotalMilliseconds:F1}/{(now.Cpu - last.Cpu).TotalMilliseconds:F1}");
            last = now;
        }

        var engine = connect(args[0]);
        Note("build");
        await engine.PingAsync();
        Note("ping");
        await engine.InspectImageAsync(Image);
        Note("image");
        await engine.OpenEventsAsync();
        Note("events");
        var id = await engine.CreateAsync(Image);
        Note("create");
        try
        {
            await engine.StartAsync(id);
            Note("start");
            var port = await engine.InspectPortAsync(id);
            Note("inspect");
            await ReadyAsync(port);
            Note("ready");
        }
        finally
        {
            await engine.RemoveAsync(id);
            Note("remove");
        }

        var client = clock.Elapsed.TotalMilliseconds;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var assemblies = AppDomain.CurrentDomain.GetAssemblies().Length;
        Console.WriteLine($"client={client:F1} cpu={Cpu().TotalMilliseconds:F1} allocated={allocated} assemblies={assemblies} {string.Join(' ', steps)}");
        return 0;
    }

    /// <summary>Asks until Redis answers PING; the same few lines for every client.</summary>
    private static async Task ReadyAsync(int port)
    {
        var answer = new byte[16];
        while (true)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port);
                await socket.SendAsync("PING\r\n"u8.ToArray());
                if (await socket.ReceiveAsync(answer) > 0 && answer.AsSpan().StartsWith("+PONG"u8)) return;
            }
            catch (SocketException)
            {
            }

            await Task.Delay(5);
        }
    }

    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime;
}
