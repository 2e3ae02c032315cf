using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace IntegrationKit.Tests.Readiness.Support;

/// <summary>A server on a real socket of this machine that does with each connection what the test says.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;
    private int _accepted;

    public LoopbackServer(Func<Socket, CancellationToken, Task> serve)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync(serve);
    }

    public int Port { get; }

    /// <summary>How many connections were made.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>As the engine's proxy with nothing behind it: accepts and closes.</summary>
    public static LoopbackServer Closing() => new((_, _) => Task.CompletedTask);

    /// <summary>Takes the connection and says nothing.</summary>
    public static LoopbackServer Silent() => new((_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));

    /// <summary>Answers each request as <paramref name="answer"/> says: a status line and headers.</summary>
    public static LoopbackServer Http(Func<string, string> answer, bool overTls = false)
    {
        var certificate = overTls ? SelfSigned() : null;
        return new(async (socket, token) =>
        {
            Stream stream = new NetworkStream(socket, ownsSocket: false);
            if (certificate is not null)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, token);
                stream = secure;
            }

            await using (stream)
            {
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var request = await reader.ReadLineAsync(token) ?? "";
                while (!string.IsNullOrEmpty(await reader.ReadLineAsync(token)))
                {
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer(request)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), token);
            }
        });
    }

    /// <summary>A port of this machine at which nobody listens.</summary>
    public static int UnusedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=somebody else", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private async Task ServeAsync(Func<Socket, CancellationToken, Task> serve)
    {
        while (true)
        {
            var socket = await _listener.AcceptSocketAsync(_end.Token);
            Interlocked.Increment(ref _accepted);
            _ = ServeOneAsync(socket);
        }

        async Task ServeOneAsync(Socket socket)
        {
            using (socket)
            {
                await serve(socket, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
