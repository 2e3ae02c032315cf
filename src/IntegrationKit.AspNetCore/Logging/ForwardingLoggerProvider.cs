using Microsoft.Extensions.Logging;

namespace IntegrationKit.AspNetCore;

/// <summary>
/// Forwards an application's log to the infrastructure's, without the secrets. The application's own filters hold; the name
/// for them is IntegrationKit.
/// </summary>
[ProviderAlias("IntegrationKit")]
internal sealed class ForwardingLoggerProvider(StartContext start, LogTail tail) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Category(categoryName, start, tail);

    public void Dispose()
    {
    }

    private sealed class Category(string category, StartContext start, LogTail tail) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None && (logLevel >= LogLevel.Warning || start.Logger.IsEnabled(logLevel));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var text = start.Redact(formatter(state, exception));
            if (logLevel >= LogLevel.Warning)
            {
                tail.Add(logLevel, $"{category}: {text}{(exception is null ? "" : start.Redact($" ({exception.GetType().Name}: {exception.Message})"))}", exception);
            }

            WebAppLog.FromApp(start.Logger, logLevel, RedactedException.Of(exception, start), start.ServiceName, category, text);
        }
    }
}
