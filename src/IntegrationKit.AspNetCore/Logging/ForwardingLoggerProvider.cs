using Microsoft.Extensions.Logging;

namespace IntegrationKit.AspNetCore;

/// <summary>Takes an application's log to the infrastructure's. The application's own filters hold; the name for them is IntegrationKit.</summary>
[ProviderAlias("IntegrationKit")]
internal sealed class ForwardingLoggerProvider(string service, ILogger logger, LogTail tail, SettingSecrets secrets) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Category(service, categoryName, logger, tail, secrets);

    public void Dispose()
    {
    }

    private sealed class Category(string service, string category, ILogger logger, LogTail tail, SettingSecrets secrets) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None && (logLevel >= LogLevel.Warning || logger.IsEnabled(logLevel));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var text = secrets.Redact(formatter(state, exception));
            if (logLevel >= LogLevel.Warning)
            {
                tail.Add($"{logLevel}: {category}: {text}{(exception is null ? "" : secrets.Redact($" ({exception.GetType().Name}: {exception.Message})"))}");
            }

            WebAppLog.FromApp(logger, logLevel, exception, service, category, text);
        }
    }
}
