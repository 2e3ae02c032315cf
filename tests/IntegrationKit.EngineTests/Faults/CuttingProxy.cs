using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>
/// A socket in front of the engine. The answer to the first request that matches is passed on up to some bytes; then the
/// connection is closed, on both sides.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private static readonly Regex NetworkName = new("integrationkit-network-[0-9a-f]{12}", RegexOptions.NonBacktracking);

    private readonly ConcurrentDictionary<string, bool> _networks = new(StringComparer.Ordinal);
    private readonly string _folder = Directory.CreateTempSubdirectory("integrationkit-").FullName;
    private readonly CancellationTokenSource _end = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _engine;
    private readonly Regex _request;
    private readonly int _bytes;
    private readonly Task _accepting;
    private volatile bool _refusesRemovals;
    private int _cuts;

    public CuttingProxy(string engine, string request, int bytes)
    {
        (_engine, _request, _bytes) = (engine, new(request, RegexOptions.NonBacktracking), bytes);
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "engine.sock")));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string Endpoint => $"unix://{_folder}/engine.sock";

    /// <summary>The networks of which a request has spoken.</summary>
    public IEnumerable<string> Networks => _networks.Keys;

    public bool HasCut => Volatile.Read(ref _cuts) > 0;

    /// <summary>Passes no DELETE on, and closes the connection.</summary>
    public bool RefusesRemovals { set => _refusesRemovals = value; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _end.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = ServeAsync(await _listener.AcceptAsync(_end.Token));
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var _ = client;
        using var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var left = long.MaxValue;
        try
        {
            await engine.ConnectAsync(new UnixDomainSocketEndPoint(_engine), _end.Token);
            await Task.WhenAny(RequestsAsync(), AnswersAsync());
        }
        catch (SocketException)
        {
            // One side has closed the connection.
        }

        async Task RequestsAsync()
        {
            var buffer = new byte[64 * 1024];
            for (int read; (read = await client.ReceiveAsync(buffer, _end.Token)) > 0;)
            {
                var text = Encoding.Latin1.GetString(buffer, 0, read);
                foreach (Match network in NetworkName.Matches(text))
                {
                    _networks[network.Value] = true;
                }

                if (_refusesRemovals && text.StartsWith("DELETE ", StringComparison.Ordinal))
                {
                    return;
                }

                if (_request.IsMatch(text) && Interlocked.Increment(ref _cuts) == 1)
                {
                    Volatile.Write(ref left, _bytes);
                }

                await engine.SendAsync(buffer.AsMemory(0, read), _end.Token);
            }

            // A client may close its half and read on.
            engine.Shutdown(SocketShutdown.Send);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);
        }

        async Task AnswersAsync()
        {
            var buffer = new byte[64 * 1024];
            for (int read; (read = await engine.ReceiveAsync(buffer, _end.Token)) > 0;)
            {
                var passed = (int)Math.Min(read, Volatile.Read(ref left));
                await client.SendAsync(buffer.AsMemory(0, passed), _end.Token);
                if (passed < read)
                {
                    return;
                }
            }
        }
    }
}
