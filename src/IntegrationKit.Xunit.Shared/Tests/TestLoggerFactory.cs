using System.Globalization;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Adapter;

/// <summary>Writes the library's log to the tests' output, and to the user's own factory.</summary>
internal sealed class TestLoggerFactory(Action<string> write, ILoggerFactory inner, TimeProvider time) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new TestLogger(write, inner.CreateLogger(categoryName), time);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // The inner factory is the user's.
    }

    private sealed class TestLogger(Action<string> write, ILogger inner, TimeProvider time) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information || inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (inner.IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }

            if (logLevel >= LogLevel.Information)
            {
                var error = exception is null ? "" : $"{Environment.NewLine}{exception}";
                write(string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss.fff} {logLevel}: {formatter(state, exception)}{error}"));
            }
        }
    }
}
