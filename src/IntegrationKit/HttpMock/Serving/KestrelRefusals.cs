using System.Collections.Concurrent;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.HttpMock;

/// <summary>
/// Learns which requests Kestrel refuses before the application sees them. Without a host it tells nobody but its log, with the
/// reason as the exception and the connection by its id.
/// </summary>
internal sealed class KestrelRefusals(Action<RequestHead, Refusal> refused) : ILoggerFactory, ILogger
{
    private readonly ConcurrentDictionary<string, RequestHead> _connections = new(StringComparer.Ordinal);

    /// <summary>Puts a <see cref="RequestHead"/> on each connection.</summary>
    public ConnectionDelegate Watch(ConnectionDelegate next) => async connection =>
    {
        var transport = connection.Transport;
        var head = new RequestHead(transport.Input);
        connection.Features.Set(head);
        connection.Transport = new Pipes(head, transport.Output);
        _connections[connection.ConnectionId] = head;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            _connections.TryRemove(connection.ConnectionId, out _);
            connection.Transport = transport;
        }
    };

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is BadHttpRequestException reason &&
            state is IReadOnlyList<KeyValuePair<string, object?>> values &&
            values.FirstOrDefault(value => value.Key == "ConnectionId").Value is string id &&
            _connections.TryGetValue(id, out var head) &&
            head.TryRefuse())
        {
            refused(head, new(reason.StatusCode, reason.Message));
        }
    }

    /// <summary>Kestrel tells a refusal at the level Debug, and quotes the wrong line where Information is logged.</summary>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
