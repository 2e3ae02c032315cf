using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.EngineTests.Security;

/// <summary>Keeps every word that an infrastructure says: its log at every level, its progress, its exceptions.</summary>
internal sealed class Overheard : ILoggerFactory, ILogger, IProgress<ServiceProgress>
{
    private readonly ConcurrentQueue<string> _words = new();

    public IReadOnlyCollection<string> Words => _words;

    public IEnumerable<string> With(string secret) => _words.Where(each => each.Contains(secret, StringComparison.Ordinal));

    /// <summary>An exception as a test runner shows it, its properties, and those inside it that are the library's.</summary>
    public void Hear(Exception error)
    {
        _words.Enqueue(error.ToString());
        for (Exception? each = error; each is not null; each = each.InnerException)
        {
            if (each is IntegrationKitException)
            {
                _words.Enqueue(each.Message);
                _words.Enqueue(each.ToString());
            }
        }

        if (error is ServiceStartException start)
        {
            var container = start.Container;
            string?[] facts =
            [
                start.LikelyCause, start.WaitingFor, container?.Health, .. container?.LastLogLines ?? [],
                .. start.Attempts.Select(attempt => attempt.Reason), .. start.OtherServices.Values,
            ];
            Array.ForEach(facts, fact => _words.Enqueue(fact ?? string.Empty));
        }
    }

    public void Report(ServiceProgress value) => _words.Enqueue(value.ToString());

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _words.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
