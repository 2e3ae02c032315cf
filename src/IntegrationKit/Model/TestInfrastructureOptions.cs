using IntegrationKit.Limits;
using IntegrationKit.Readiness;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntegrationKit;

/// <summary>The settings of a whole infrastructure.</summary>
public sealed record TestInfrastructureOptions
{
    /// <summary>How long a start of all services may take, pulls not counted. Longer than zero, at most 49 days, as the other limits. Default 2 minutes.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the stop of one service may take. Default 30 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a reset of all services may take. Default 30 s.</summary>
    public TimeSpan ResetTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a server may take to answer, before it counts as one that hangs.</summary>
    internal TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many services may be starting at the same time. Default: twice the machine's processors, at least 4.</summary>
    public int MaxParallelism { get; init; } = Math.Max(4, Environment.ProcessorCount * 2);

    /// <summary>
    /// Whether servers of equal settings are shared by all infrastructures of this process that set this, each with a slice of
    /// its own: a database, a Redis index. A service's <c>OwnServer</c> makes an exception. Shared servers run until
    /// <see cref="TestInfrastructure.StopSharedServersAsync"/> or the end of the process. Default null: true
    /// in an xUnit fixture and false elsewhere.
    /// </summary>
    public bool? ShareServers { get; init; }

    /// <summary>
    /// The engine's address, <c>unix:///path</c> or <c>tcp://host:port</c>. Default null: <c>DOCKER_HOST</c>, else the
    /// Docker CLI's context (<c>DOCKER_CONTEXT</c>, <c>docker context use</c>), else the usual sockets.
    /// </summary>
    public string? EngineEndpoint { get; init; }

    /// <summary>
    /// Put before every image that names no registry, as for a company mirror: <c>postgres:15</c> becomes
    /// <c>PREFIX/postgres:15</c>. Default null: the environment variable <c>INTEGRATIONKIT_IMAGE_PREFIX</c>, else
    /// <c>TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX</c>, else none.
    /// </summary>
    public string? ImagePrefix { get; init; }

    /// <summary>
    /// Publishes ports on every network interface of the engine's machine instead of its 127.0.0.1, so that everybody who can reach
    /// that machine can reach the services. An engine on another machine needs it, and is refused without it. Default false.
    /// </summary>
    public bool PublishPortsOnAllInterfaces { get; init; }

    /// <summary>
    /// Whether a small separate process removes what this one made if this one is killed. There is one for the whole process;
    /// the first infrastructure decides. Default true; the environment variable <c>INTEGRATIONKIT_WATCHDOG=off</c>
    /// turns it off everywhere.
    /// </summary>
    public bool Watchdog { get; init; } = true;

    /// <summary>Where the log goes. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>
    /// Receives what happens to each service, on any thread, and from several at a time. Default: nobody.
    /// </summary>
    public IProgress<ServiceProgress>? Progress { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal IEnumerable<string> Validate()
    {
        foreach (var (name, value) in new[] { (nameof(StartTimeout), StartTimeout), (nameof(StopTimeout), StopTimeout), (nameof(ResetTimeout), ResetTimeout) })
        {
            if (Deadline.Problem(name, value) is { } problem)
            {
                yield return problem;
            }
        }

        if (MaxParallelism < 1)
        {
            yield return FormattableString.Invariant($"MaxParallelism is {MaxParallelism}; it must be at least 1.");
        }
    }
}
