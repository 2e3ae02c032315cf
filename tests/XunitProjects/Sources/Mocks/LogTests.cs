using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Scenarios.Mocks;

public sealed class LoggedFixture : MockFixture
{
    public RecordingFactory Own { get; } = new();

    protected override TestInfrastructureOptions Options => new() { LoggerFactory = Own };
}

public sealed class RecordingFactory : ILoggerFactory, ILogger
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => NullLogger.Instance.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add(formatter(state, exception));
        }
    }

    public void Dispose()
    {
    }
}

public sealed class LogTests(LoggedFixture infra) : IntegrationTest<LoggedFixture>(infra)
{
    [Fact]
    public async Task Goes_to_the_fixtures_own_factory_and_to_the_output()
    {
        Assert.Contains(Infra.Own.Lines, each => each.StartsWith("payments is ready", StringComparison.Ordinal));
        await Infra.Infrastructure.StopAllAsync(Cancellation);
    }
}

public sealed class StoppedAndFailedTests(MockFixture infra) : IntegrationTest<MockFixture>(infra)
{
    [Fact]
    public async Task Fails()
    {
        await Infra.Infrastructure.StopAllAsync(Cancellation);
        Assert.Fail("On purpose.");
    }
}
