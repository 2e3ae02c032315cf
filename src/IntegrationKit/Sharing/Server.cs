using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;
using IntegrationKit.Limits;
using IntegrationKit.Readiness;
using Microsoft.Extensions.Logging;

namespace IntegrationKit;

/// <summary>A server that a <see cref="ServerService"/> has described, as its author sees it.</summary>
[Experimental(Experiments.WritingServices)]
public sealed class Server : IProbeTarget
{
    private readonly IServer _server;
    private readonly IReadOnlyDictionary<string, string> _secrets;
    private readonly ConcurrentDictionary<Type, Lazy<object>> _parts = new();

    private readonly Redactor _redactor;

    internal Server(IServer server, IReadOnlyDictionary<string, string> secrets, Redactor redactor, bool isShared, ILogger logger, TimeProvider timeProvider) =>
        (_server, _secrets, _redactor, IsShared, Logger, TimeProvider) = (server, secrets, redactor, isShared, logger, timeProvider);

    /// <summary>The name of the service that it was started for.</summary>
    public string Name => _server.Name;

    /// <summary>Its container's id.</summary>
    public string Id => _server.Id;

    /// <summary>Whether other infrastructures of this process may use it too.</summary>
    public bool IsShared { get; }

    /// <summary>The log of the infrastructure that has started it.</summary>
    public ILogger Logger { get; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Ports => _server.Ports;

    /// <inheritdoc/>
    public ServiceEndpoint Endpoint(int port) => _server.Endpoint(port);

    /// <summary>
    /// A readiness probe that uses the server, for instance connections that are kept for it by <see cref="GetOrAdd"/>. It is also
    /// asked later, whether a server that runs still answers: anything in time counts, an error too.
    /// </summary>
    /// <param name="description">What is probed, for messages.</param>
    /// <param name="check">Returns if the server is ready and throws if it is not.</param>
    public static Probe ReadyWhen(string description, Func<Server, CancellationToken, Task> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        ArgumentException.ThrowIfNullOrEmpty(description);
        return new CustomProbe(description, (target, token) => check((Server)target, token), asksServer: true);
    }

    /// <summary>A secret that <see cref="ServerService.Describe"/> has asked for: what this server was really started with.</summary>
    /// <exception cref="KeyNotFoundException">The description has asked for no secret of that name.</exception>
    public string GetSecret(string name) => _secrets.TryGetValue(name, out var secret)
        ? secret
        : throw new KeyNotFoundException($"The description of server '{Name}' has asked for no secret '{name}': call DescribeContext.GetSecret there.");

    /// <summary>Returns a text without the server's secrets.</summary>
    public string Redact(string text) => _redactor.Redact(text);

    /// <summary>
    /// What a service keeps for each server, such as an administrator's connections or a list of free indexes: made by the
    /// first who asks, and disposed of with the server.
    /// </summary>
    /// <typeparam name="T">Its type; a server keeps one object of each.</typeparam>
    public T GetOrAdd<T>(Func<Server, T> make)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(make);
        return (T)_parts.GetOrAdd(typeof(T), _ => new(() => make(this))).Value;
    }

    /// <summary>Runs a command in the container and returns its exit code and output.</summary>
    /// <exception cref="EngineException">The command could not be run.</exception>
    public Task<CommandResult> ExecAsync(IReadOnlyList<string> command, ExecOptions? options, CancellationToken cancellationToken) =>
        _server.ExecAsync(command, options, cancellationToken);

    /// <inheritdoc/>
    public Task<CommandResult> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        _server.ExecAsync(command, options: null, cancellationToken);

    /// <summary>Unpacks a tar archive into a folder that exists in the container.</summary>
    /// <exception cref="EngineException">The engine refused.</exception>
    public Task PutArchiveAsync(string folder, Stream tar, CancellationToken cancellationToken) => _server.PutArchiveAsync(folder, tar, cancellationToken);

    /// <summary>Reads the log.</summary>
    public IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken) => _server.ReadLogAsync(query, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<LogLine> FollowLogAsync(CancellationToken cancellationToken) => _server.FollowLogAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<HealthReport> GetHealthAsync(CancellationToken cancellationToken) => _server.GetHealthAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsRunningAsync(CancellationToken cancellationToken) => _server.IsRunningAsync(cancellationToken);

    /// <summary>Disposes of what was kept for it. What cannot be disposed of ends with the server.</summary>
    internal async Task DisposePartsAsync(CancellationToken cancellationToken)
    {
        foreach (var part in _parts.Values.Where(each => each.IsValueCreated))
        {
            var disposal = Task.Run(() => DisposeAsync(part.Value).AsTask(), CancellationToken.None).Observed();
            await disposal.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _parts.Clear();
    }

    private static ValueTask DisposeAsync(object part)
    {
        if (part is IAsyncDisposable disposable)
        {
            return disposable.DisposeAsync();
        }

        (part as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
