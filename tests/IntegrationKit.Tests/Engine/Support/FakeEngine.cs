using System.Collections.Concurrent;
using System.Net.Sockets;
using IntegrationKit.Engine;

namespace IntegrationKit.Tests.Engine.Support;

/// <summary>
/// An engine on a real unix socket. It answers the ping and refuses API versions as the real ones do. The test says what it
/// answers to other requests, if need be byte by byte.
/// </summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    private readonly Version _oldest;
    private readonly Version _newest;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ik-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Func<FakeExchange, Task>> _script = [];
    private readonly ConcurrentQueue<FakeRequest> _requests = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    /// <param name="oldest">The oldest API version that it accepts.</param>
    /// <param name="newest">The newest one, which its ping tells.</param>
    /// <param name="isPodman">Whether its ping says that it is Podman.</param>
    public FakeEngine(string oldest = "1.24", string newest = "1.41", bool isPodman = false)
    {
        (_oldest, _newest) = (Version.Parse(oldest), Version.Parse(newest));
        On("GET /_ping", exchange => exchange.WriteAsync(
            $"HTTP/1.1 200 OK\r\nApi-Version: {newest}\r\n{(isPodman ? "Libpod-Api-Version: 5.4.2\r\n" : "")}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nOK"));
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string SocketPath => Path.Combine(_folder.FullName, "engine.sock");

    public string Address => "unix://" + SocketPath;

    /// <summary>Answers a request when it has told the client to send the body, and does not read that.</summary>
    public bool JudgesBeforeBody { get; init; }

    /// <summary>Sends each byte on its own.</summary>
    public bool ByByte { get; init; }

    public IReadOnlyList<FakeRequest> Requests => [.. _requests];

    public int Connections => _connections.Count;

    /// <param name="route">For example <c>GET /containers/json</c>, without the version.</param>
    /// <param name="answer">Runs for each request; what it does not send is not sent.</param>
    public FakeEngine On(string route, Func<FakeExchange, Task> answer)
    {
        _script[route] = answer;
        return this;
    }

    public FakeEngine On(string route, int status, string body, string contentType = "application/json") =>
        On(route, exchange => exchange.AnswerAsync(status, body, contentType));

    public Task<IContainerEngine> ConnectAsync() =>
        EngineConnector.ConnectAsync(Address, TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Stops listening and closes every connection, as an engine that is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll([_accepting, .. _connections]);
        _folder.Delete(recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptAsync(_stopping.Token)));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var reader = new FakeRequestReader(socket, _stopping.Token);
                while (await reader.ReadHeadAsync() is { } request)
                {
                    _requests.Enqueue(request);
                    if (request.WaitsForGoAhead && IsScripted(request))
                    {
                        await socket.SendAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stopping.Token);
                    }

                    if (!request.WaitsForGoAhead || (IsScripted(request) && !JudgesBeforeBody))
                    {
                        request.Body = await reader.ReadBodyAsync(request);
                    }

                    var exchange = new FakeExchange(socket, request, ByByte, _stopping.Token);
                    await AnswerAsync(exchange);
                    if (exchange.IsCut)
                    {
                        return;
                    }
                }
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException)
            {
            }
        }
    }

    private bool IsScripted(FakeRequest request) => _script.ContainsKey($"{request.Method} {request.Path}");

    private Task AnswerAsync(FakeExchange exchange)
    {
        var request = exchange.Request;
        if (request.Version is not null && request.Version > _newest)
        {
            return exchange.AnswerAsync(400, $$"""{"message":"client version {{request.Version}} is too new. Maximum supported API version is {{_newest}}"}""");
        }

        if (request.Version is not null && request.Version < _oldest)
        {
            return exchange.AnswerAsync(400, $$"""{"message":"client version {{request.Version}} is too old. Minimum supported API version is {{_oldest}}, please upgrade your client to a newer version"}""");
        }

        return _script.TryGetValue($"{request.Method} {request.Path}", out var answer)
            ? answer(exchange)
            : exchange.AnswerAsync(404, """{"message":"page not found"}""");
    }
}
