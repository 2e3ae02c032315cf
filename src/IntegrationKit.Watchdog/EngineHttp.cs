using System.Net;
using System.Net.Sockets;

namespace IntegrationKit.Watchdog;

/// <summary>The engine, over plain HTTP.</summary>
internal sealed class EngineHttp : IDisposable
{
    // Removing a container takes a busy engine seconds.
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);

    // More than a list of all that a session can have.
    private const int LongestAnswer = 32 * 1024 * 1024;

    private readonly HttpClient _client;

    public EngineHttp(Assignment assignment)
    {
        var engine = new Uri(assignment.Engine);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = (_, cancellationToken) => ConnectAsync(engine, cancellationToken),
        };
        var authority = engine.Scheme == "unix" ? "localhost" : engine.Authority;
        _client = new HttpClient(handler) { BaseAddress = new Uri($"http://{authority}"), Timeout = CallLimit, MaxResponseContentBufferSize = LongestAnswer };
    }

    public async Task<byte[]> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<HttpStatusCode> DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _client.DeleteAsync(new Uri(path, UriKind.Relative), cancellationToken).ConfigureAwait(false);
        return answer.StatusCode;
    }

    public void Dispose() => _client.Dispose();

    private static async ValueTask<Stream> ConnectAsync(Uri engine, CancellationToken cancellationToken)
    {
        var socket = engine.Scheme == "unix"
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            EndPoint target = engine.Scheme == "unix"
                ? new UnixDomainSocketEndPoint(Uri.UnescapeDataString(engine.AbsolutePath))
                : new DnsEndPoint(engine.IdnHost, engine.Port);
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
