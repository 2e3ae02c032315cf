using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Tests.Ownership;

/// <summary>Keeps what is logged; the first message of event id 21 can be waited for.</summary>
internal sealed class WatchdogLogger : ILogger
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(int Id, LogLevel Level, string Message)> Entries { get; } = [];

    public Task Ended => _ended.Task;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Entries.Enqueue((eventId.Id, logLevel, formatter(state, exception)));
        if (eventId.Id == 21)
        {
            _ended.TrySetResult();
        }
    }
}
