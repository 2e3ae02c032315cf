using System.Net.Sockets;

/// <summary>Stands between a client and the engine and counts connections and requests.</summary>
internal sealed class CountingProxy : IDisposable
{
    private static readonly byte[] EndOfRequestLine = " HTTP/1.1"u8.ToArray();
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string engine;
    private int connections;
    private int requests;

    public CountingProxy(string engine)
    {
        this.engine = engine;
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen(64);
        _ = AcceptAsync();
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"counting-{Guid.NewGuid():N}.sock");

    public string Seen => $"{requests} requests on {connections} connections";

    public void Dispose()
    {
        listener.Dispose();
        File.Delete(Path);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                connections++;
                var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await server.ConnectAsync(new UnixDomainSocketEndPoint(engine));
                _ = PumpAsync(client, server, count: true);
                _ = PumpAsync(server, client, count: false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool count)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                // Every client here writes a request's head in one piece.
                if (count && buffer.AsSpan(0, read).IndexOf(EndOfRequestLine) >= 0) Interlocked.Increment(ref requests);
                await to.SendAsync(buffer.AsMemory(0, read));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
