using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using IntegrationKit.EngineTests.Engine.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>A socket in front of the engine, at which some requests go wrong.</summary>
internal sealed partial class FaultProxy : IAsyncDisposable
{
    private static readonly ReadOnlyMemory<byte> Refusal = Encoding.ASCII.GetBytes(
        "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 31\r\n\r\n{\"message\":\"refused by a test\"}");

    private static readonly ReadOnlyMemory<byte> Garbage = Encoding.Latin1.GetBytes("\0ÿ}{ HTTP 200\r\n\r\n[[");

    private readonly string _folder = Directory.CreateTempSubdirectory("integrationkit-").FullName;
    private readonly CancellationTokenSource _end = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentDictionary<string, bool> _networks = new(StringComparer.Ordinal);
    private readonly string _engine;
    private readonly Task _accepting;
    private volatile PlannedFault[] _faults = [];
    private volatile FaultStorm? _storm;

    public FaultProxy(RealEngine real)
    {
        Assert.SkipWhen(real.Api.Endpoint.SocketPath is null, "The engine is reached by TCP.");
        _engine = real.Api.Endpoint.SocketPath!;
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "engine.sock")));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string Endpoint => $"unix://{_folder}/engine.sock";

    /// <summary>The first line of each request that has come, in order.</summary>
    public IEnumerable<string> Requests => _requests;

    /// <summary>The networks of which a request has spoken.</summary>
    public IEnumerable<string> Networks => _networks.Keys;

    /// <summary>Has requests go wrong at random; null ends that.</summary>
    public FaultStorm? Storm { set => _storm = value; }

    /// <summary>Has the next requests go wrong.</summary>
    /// <param name="fault">How.</param>
    /// <param name="request">What their first line begins with, as a regular expression.</param>
    /// <param name="times">How many of them.</param>
    /// <param name="bytes">How many bytes of the answer pass before it is cut.</param>
    public PlannedFault Plan(Fault fault, string request, int times = 1, int bytes = 0)
    {
        var planned = new PlannedFault(fault, new("^" + request, RegexOptions.NonBacktracking), times, bytes);
        _faults = [.. _faults, planned];
        return planned;
    }

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
        PlannedFault? fault = null;
        try
        {
            await engine.ConnectAsync(new UnixDomainSocketEndPoint(_engine), _end.Token);
            await Task.WhenAny(PassRequestsAsync(), PassAnswersAsync());
        }
        catch (SocketException)
        {
            // There is no engine.
        }

        async Task PassRequestsAsync()
        {
            var buffer = new byte[64 * 1024];
            for (int read; (read = await client.ReceiveAsync(buffer, _end.Token)) > 0;)
            {
                var text = Encoding.Latin1.GetString(buffer, 0, read);
                var isNew = Note(text, out var line);
                fault = isNew ? await JudgeAsync(line) : fault;
                if (fault?.Kind == Fault.Drop)
                {
                    return;
                }

                if (fault?.Kind is Fault.Refuse or Fault.Garble)
                {
                    await client.SendAsync(!isNew ? default : fault.Kind == Fault.Refuse ? Refusal : Garbage, _end.Token);
                    continue;
                }

                await (fault?.BeforeRequestAsync(_end.Token) ?? Task.CompletedTask);
                await engine.SendAsync(buffer.AsMemory(0, read), _end.Token);
            }

            // The engine is to carry it out, also where the client has gone meanwhile. A client may close its half and read on.
            await (fault?.IsPassedOn is true ? fault.Answered : Task.CompletedTask);
            engine.Shutdown(SocketShutdown.Send);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);
        }

        async Task PassAnswersAsync()
        {
            var buffer = new byte[64 * 1024];
            for (int read; (read = await engine.ReceiveAsync(buffer, _end.Token)) > 0;)
            {
                var passed = fault is { } met ? await met.TakeAnswerAsync(Encoding.Latin1.GetString(buffer, 0, read), _end.Token) : read;
                await client.SendAsync(buffer.AsMemory(0, passed), _end.Token);
                if (passed < read)
                {
                    return;
                }
            }
        }
    }

    private async Task<PlannedFault?> JudgeAsync(string line) =>
        _faults.FirstOrDefault(each => each.Meets(line)) ?? (_storm is { } storm ? await storm.NextAsync(line, _end.Token) : null);

    /// <summary>Whether a request begins here; else it is the rest of a body, or of a stream.</summary>
    private bool Note(string text, out string line)
    {
        foreach (Match network in NetworkName().Matches(text))
        {
            _networks[network.Value] = true;
        }

        line = text.Split('\r', 2)[0];
        var isRequest = RequestLine().IsMatch(line);
        if (isRequest)
        {
            _requests.Enqueue(line);
        }

        return isRequest;
    }

    [GeneratedRegex("integrationkit-network-[0-9a-f]{12}", RegexOptions.CultureInvariant)]
    private static partial Regex NetworkName();

    [GeneratedRegex(@"^[A-Z]+ \S+ HTTP/1\.1$", RegexOptions.CultureInvariant)]
    private static partial Regex RequestLine();
}
