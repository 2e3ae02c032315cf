using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using IntegrationKit.Engine;

namespace IntegrationKit.Testcontainers.Tests.Support;

/// <summary>An address of the engine at which no container is to be found: what another engine is like.</summary>
internal sealed partial class BlindProxy : IAsyncDisposable
{
    private const string NotFound = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 31\r\nConnection: close\r\n\r\n{\"message\":\"no such container\"}";

    private readonly CancellationTokenSource _end = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("integrationkit-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly EngineEndpoint _engine;

    public BlindProxy(EngineEndpoint engine)
    {
        _engine = engine;
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "engine.sock")));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public string Endpoint => $"unix://{_folder}/engine.sock";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = ServeAsync(await _listener.AcceptAsync(_end.Token));
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var client = new NetworkStream(socket, ownsSocket: true);
        using var toEngine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await toEngine.ConnectAsync(new UnixDomainSocketEndPoint(_engine.SocketPath!), _end.Token);
        await using var engine = new NetworkStream(toEngine);
        await Task.WhenAny(ForwardRequestsAsync(client, engine), engine.CopyToAsync(client, _end.Token));
    }

    private async Task ForwardRequestsAsync(NetworkStream client, NetworkStream engine)
    {
        var buffer = new byte[16 * 1024];
        while (await client.ReadAsync(buffer, _end.Token) is var length and > 0)
        {
            if (Inspect().IsMatch(Encoding.ASCII.GetString(buffer, 0, length)))
            {
                await client.WriteAsync(Encoding.ASCII.GetBytes(NotFound), _end.Token);
                return;
            }

            await engine.WriteAsync(buffer.AsMemory(0, length), _end.Token);
        }
    }

    [GeneratedRegex("^GET [^ ]*/containers/[0-9a-f]{64}/json ")]
    private static partial Regex Inspect();
}
