using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;

namespace IntegrationKit.Tests.Launching.Support;

/// <summary>A launcher whose servers are objects: what starts, ends and cannot be removed is said by the test.</summary>
internal sealed class FakeLauncher : ILauncher
{
    private readonly List<FakeServer> _servers = [];

    public Func<LaunchContext, Task>? OnStart { get; set; }

    public Func<CancellationToken, Task>? OnClose { get; set; }

    /// <summary>All that were asked for, in order, also by those launchers that this one has made.</summary>
    public IReadOnlyList<FakeServer> Servers => _servers;

    public Task PrepareAsync(string image, string service, LaunchContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    public IReadOnlyList<string?> DescribePlace(string image) => [image];

    public IServer Create(string service, ServerSpec spec, NetworkPlacement? placement)
    {
        var server = new FakeServer(service, context => OnStart?.Invoke(context) ?? Task.CompletedTask);
        _servers.Add(server);
        return server;
    }

    public Task<string> ConnectAsync(IServer server, IReadOnlyCollection<string> aliases, CancellationToken cancellationToken) => Task.FromResult(server.Id);

    public Task<ContainerOwnership> OwnContainersAsync(string service, LaunchContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException("It makes no containers.");

    public ILauncher ForSharedServer() => this;

    public Task CloseAsync(CancellationToken cancellationToken) => OnClose?.Invoke(cancellationToken) ?? Task.CompletedTask;
}

/// <summary>A server that is an object.</summary>
internal sealed class FakeServer(string service, Func<LaunchContext, Task> onStart) : IServer
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hasStartEnded;
    private int _stops;

    public string Id => "fake";

    public string Name => service;

    public IReadOnlyList<int> Ports => [];

    public Task Ended => _ended.Task;

    /// <summary>Completes when it was removed and its start has come to an end before that.</summary>
    public Task Gone => _gone.Task;

    /// <summary>Whether it is there: made by a start, and not removed since.</summary>
    public bool Exists { get; private set; }

    public int Stops => Volatile.Read(ref _stops);

    public Exception? FindEndError { get; set; }

    public Func<Task>? OnStop { get; set; }

    public async Task StartAsync(LaunchContext context, IProbeTarget target)
    {
        try
        {
            await onStart(context);
            Exists = true;
        }
        finally
        {
            _hasStartEnded = true;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _stops);
        await (OnStop?.Invoke() ?? Task.CompletedTask);
        Exists = false;
        if (_hasStartEnded)
        {
            _gone.TrySetResult();
        }
    }

    public void End() => _ended.SetResult();

    public Task<string?> FindEndAsync(CancellationToken cancellationToken) =>
        FindEndError is { } error ? Task.FromException<string?>(error) : Task.FromResult<string?>(_ended.Task.IsCompleted ? "It has ended." : null);

    /// <summary>What it says when it is asked for an answer; null for an answer.</summary>
    public string? Silence { get; set; }

    public int Questions { get; private set; }

    public Task<string?> FindSilenceAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        Questions++;
        return Task.FromResult(Silence);
    }

    public Task<DateTimeOffset> ToServerTimeAsync(DateTimeOffset ours, CancellationToken cancellationToken) => Task.FromResult(ours);

    public IEnumerable<string> FindProblems() => [];

    public Task CollectEvidenceAsync(StartEvidence evidence) => Task.CompletedTask;

    public ServiceEndpoint Endpoint(int port) => new("127.0.0.1", port);

    public async IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    public IAsyncEnumerable<LogLine> FollowLogAsync(CancellationToken cancellationToken) => ReadLogAsync(new(), cancellationToken);

    public Task<CommandResult> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CommandResult> ExecAsync(IReadOnlyList<string> command, ExecOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task PutArchiveAsync(string folder, Stream tar, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<HealthReport> GetHealthAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> IsRunningAsync(CancellationToken cancellationToken) => Task.FromResult(!_ended.Task.IsCompleted);
}
