using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using IntegrationKit.EngineTests.Engine.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>What a proxy does with a request instead of passing it on.</summary>
internal enum Fault
{
    /// <summary>Answers 500 in the engine's place.</summary>
    Refuse,

    /// <summary>Passes it on, and closes the connection in place of the answer.</summary>
    Cut,

    /// <summary>Passes it on when it is told to.</summary>
    HoldRequest,

    /// <summary>Passes it on, and the answer when it is told to.</summary>
    HoldAnswer,
}

/// <summary>A socket in front of the engine, at which some requests go wrong.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("integrationkit-").FullName;
    private readonly CancellationTokenSource _end = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly string _engine;
    private readonly Task _accepting;
    private volatile PlannedFault[] _faults = [];

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

    /// <summary>Has the next requests go wrong.</summary>
    /// <param name="fault">How.</param>
    /// <param name="request">What their first line begins with, as a regular expression.</param>
    /// <param name="times">How many of them.</param>
    public PlannedFault Plan(Fault fault, string request, int times = 1)
    {
        var planned = new PlannedFault(fault, new("^" + request, RegexOptions.NonBacktracking), times);
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
                var line = Encoding.Latin1.GetString(buffer, 0, read).Split('\r', 2)[0];
                _requests.Enqueue(line);
                fault = _faults.FirstOrDefault(each => each.Meets(line));
                if (fault?.Kind == Fault.Refuse)
                {
                    await client.SendAsync(Refusal, _end.Token);
                    continue;
                }

                await (fault?.BeforeRequestAsync(_end.Token) ?? Task.CompletedTask);
                await engine.SendAsync(buffer.AsMemory(0, read), _end.Token);

                // The engine is to carry it out, also where the client has gone meanwhile.
                await (fault?.Answered ?? Task.CompletedTask);
            }

            // A client may close its half and read on.
            engine.Shutdown(SocketShutdown.Send);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);
        }

        async Task PassAnswersAsync()
        {
            var buffer = new byte[64 * 1024];
            for (int read; (read = await engine.ReceiveAsync(buffer, _end.Token)) > 0;)
            {
                if (fault is { } met && !await met.TakeAnswerAsync(Encoding.Latin1.GetString(buffer, 0, read), _end.Token))
                {
                    return;
                }

                await client.SendAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
    }

    private static ReadOnlyMemory<byte> Refusal { get; } = Encoding.ASCII.GetBytes(
        "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 31\r\n\r\n{\"message\":\"refused by a test\"}");
}

/// <summary>Requests that go wrong.</summary>
internal sealed class PlannedFault(Fault kind, Regex request, int times)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = times;

    public Fault Kind => kind;

    /// <summary>Completes when the first request has come.</summary>
    public Task Met => _met.Task.WaitAsync(Limit, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>What the engine has answered to it, if it was passed on.</summary>
    public Task<string> Answered => _answer.Task.WaitAsync(Limit, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Lets what is held up go on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Ends it: from here on such requests are passed on.</summary>
    public void End() => Volatile.Write(ref _left, 0);

    public bool Meets(string line)
    {
        if (!request.IsMatch(line) || Interlocked.Decrement(ref _left) < 0)
        {
            return false;
        }

        _met.TrySetResult();
        return true;
    }

    public Task BeforeRequestAsync(CancellationToken cancellationToken) =>
        kind == Fault.HoldRequest ? _released.Task.WaitAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Whether the answer is to be passed on.</summary>
    public async Task<bool> TakeAnswerAsync(string answer, CancellationToken cancellationToken)
    {
        _answer.TrySetResult(answer);
        if (kind == Fault.HoldAnswer)
        {
            await _released.Task.WaitAsync(cancellationToken);
        }

        return kind != Fault.Cut;
    }
}
