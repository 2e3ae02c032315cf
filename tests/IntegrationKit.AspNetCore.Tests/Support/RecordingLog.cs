using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.AspNetCore.Tests.Support;

/// <summary>Keeps what an infrastructure logs.</summary>
internal sealed class RecordingLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<Entry> _entries = new();

    public IReadOnlyCollection<Entry> Entries => _entries;

    public IEnumerable<string> Texts(int eventId) => _entries.Where(each => each.Id == eventId).Select(each => each.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue(new(eventId.Id, logLevel, formatter(state, exception), exception));

    public void Dispose()
    {
    }

    public sealed record Entry(int Id, LogLevel Level, string Text, Exception? Exception);
}
