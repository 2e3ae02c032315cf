using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>Answers at once with what the real engine said once, so that only the client's own work is left to measure.</summary>
internal sealed partial class CannedEngine : IDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly TcpListener redis = new(IPAddress.Loopback, 0);
    private readonly string image;
    private readonly string container;

    private CannedEngine(string image, string container)
    {
        redis.Start();
        this.image = image;
        this.container = HostPort().Replace(container, $"\"HostPort\":\"{((IPEndPoint)redis.LocalEndpoint).Port}\"");
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen(64);
        _ = AcceptAsync(() => listener.AcceptAsync(), ServeAsync);
        _ = AcceptAsync(() => redis.AcceptSocketAsync(), async socket =>
        {
            await socket.ReceiveAsync(new byte[64]);
            await socket.SendAsync("+PONG\r\n"u8.ToArray());
        });
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"canned-{Guid.NewGuid():N}.sock");

    /// <summary>Asks the engine once for an image and for a running container of it.</summary>
    public static async Task<CannedEngine> RecordAsync(string engine, string image)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(engine), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        }) { BaseAddress = new Uri("http://localhost/v1.41/") };
        var described = await http.GetStringAsync($"images/{image}/json");
        var wish = """{"Image":"IMAGE","Labels":{"integrationkit.bench":"client-choice"},"HostConfig":{"PortBindings":{"6379/tcp":[{"HostIp":"127.0.0.1"}]}}}""".Replace("IMAGE", image);
        using var created = await http.PostAsync("containers/create", new StringContent(wish, null, "application/json"));
        var id = Id().Match(await created.Content.ReadAsStringAsync()).Groups[1].Value;
        try
        {
            (await http.PostAsync($"containers/{id}/start", null)).EnsureSuccessStatusCode();
            return new CannedEngine(described, await http.GetStringAsync($"containers/{id}/json"));
        }
        finally
        {
            await http.DeleteAsync($"containers/{id}?force=1&v=1");
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        redis.Dispose();
        File.Delete(Path);
    }

    private static async Task AcceptAsync(Func<Task<Socket>> accept, Func<Socket, Task> serve)
    {
        try
        {
            while (true)
            {
                var socket = await accept();
                _ = Task.Run(async () =>
                {
                    using (socket) await serve(socket);
                });
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var pending = "";
        int read;
        while ((read = await socket.ReceiveAsync(buffer)) > 0)
        {
            pending += Encoding.ASCII.GetString(buffer, 0, read);
            var end = HeadEnd().Match(pending);
            var length = Length().Match(pending);
            if (!end.Success || pending.Length < end.Index + end.Length + (length.Success ? int.Parse(length.Groups[1].Value) : 0)) continue;
            await socket.SendAsync(Encoding.ASCII.GetBytes(Answer(pending.Split(' ', 3)[0], pending.Split(' ', 3)[1])));
            if (pending.Contains("Connection: close", StringComparison.OrdinalIgnoreCase)) return;
            pending = "";
        }
    }

    private string Answer(string method, string path) => path switch
    {
        _ when path.Contains("/events") => "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        _ when path.Contains("/images/") => Json(image),
        _ when path.EndsWith("/create") => Json("""{"Id":"0123456789abcdef","Warnings":[]}""", "201 Created"),
        _ when path.EndsWith("/start") || method == "DELETE" => "HTTP/1.1 204 No Content\r\n\r\n",
        _ when path.EndsWith("/json") => Json(container),
        _ => "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nOK",
    };

    private static string Json(string body, string status = "200 OK") =>
        $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    [GeneratedRegex("\"HostPort\":\"\\d+\"")]
    private static partial Regex HostPort();

    [GeneratedRegex("\"Id\":\"([0-9a-f]+)\"")]
    private static partial Regex Id();

    // The original client ends its header lines with a bare line feed.
    [GeneratedRegex("\r?\n\r?\n")]
    private static partial Regex HeadEnd();

    [GeneratedRegex("content-length: *(\\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex Length();
}
