using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Tests.Orchestration.Support;

/// <summary>The log of a test: keeps what is written to it.</summary>
internal sealed class RecordingLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Message)> _entries = new();
    private readonly Journal _ids = new();

    public IReadOnlyList<(int Id, LogLevel Level, string Message)> Entries => [.. _entries];

    /// <summary>The event ids of the messages that begin with a service's name.</summary>
    public IEnumerable<int> IdsOf(string service) =>
        _entries.Where(each => each.Message.StartsWith(service + " ", StringComparison.Ordinal)).Select(each => each.Id);

    /// <summary>Returns when a message of that event id has been written.</summary>
    public Task SeenAsync(int id) => _ids.SeenAsync($"{id}");

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((eventId.Id, logLevel, formatter(state, exception)));
        _ids.Add($"{eventId.Id}");
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}

/// <summary>Keeps every report, in the order in which they came.</summary>
internal sealed class RecordingProgress : IProgress<ServiceProgress>
{
    private readonly ConcurrentQueue<ServiceProgress> _reports = new();

    public IReadOnlyList<ServiceProgress> Reports => [.. _reports];

    public IEnumerable<ServiceStage> StagesOf(string service) => _reports.Where(each => each.Service == service).Select(each => each.Stage);

    public void Report(ServiceProgress value) => _reports.Enqueue(value);
}
