using System.Data.Common;
using System.Text.RegularExpressions;
using IntegrationKit.Readiness;

namespace IntegrationKit;

/// <summary>
/// Checks from the outside whether a service is ready. The first attempt is made at once, the next ones after growing pauses of
/// 10 to 250 ms, until one succeeds, the container ends, or the service's <see cref="TestService.StartTimeout"/> is over.
/// One attempt may take 5 s.
/// </summary>
public abstract class Probe
{
    private protected Probe()
    {
    }

    /// <summary>A description of what is probed.</summary>
    public abstract override string ToString();

    /// <summary>
    /// The port accepts a connection and keeps it open for 50 ms: the engine's proxy accepts connections before anything
    /// listens in the container.
    /// </summary>
    /// <param name="port">The port inside the container; null for every published port.</param>
    public static Probe Tcp(int? port = null) => new TcpProbe(port);

    /// <summary>An HTTP GET is answered with an expected status. Redirects are not followed.</summary>
    /// <param name="path">Path and query, for example <c>/health</c>.</param>
    /// <param name="port">The port inside the container; null for the first published one.</param>
    /// <param name="status">The status that means ready; null for any from 200 to 299.</param>
    public static Probe Http(string path = "/", int? port = null, int? status = null) => new HttpProbe("http", path, port, status);

    /// <summary>As <see cref="Http"/>, over TLS. The certificate is not checked: a test service signs its own.</summary>
    /// <inheritdoc cref="Http"/>
    public static Probe Https(string path = "/", int? port = null, int? status = null) => new HttpProbe("https", path, port, status);

    /// <summary>A line of the log matches. The log is read once, from its beginning.</summary>
    /// <param name="pattern">A .NET regular expression that is searched for in each line.</param>
    /// <param name="times">How many lines must match.</param>
    public static Probe Log(string pattern, int times = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        return new LogProbe(new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking), times);
    }

    /// <summary>A command in the container exits with code 0.</summary>
    public static Probe Command(params string[] command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return command.Length > 0 ? new CommandProbe(command) : throw new ArgumentException("A command has at least one word.", nameof(command));
    }

    /// <summary>The image's health check says healthy.</summary>
    public static Probe HealthCheck() => new HealthCheckProbe();

    /// <summary>
    /// A database accepts a connection and answers a query. Attempts run on the thread pool, so that they may block.
    /// </summary>
    /// <param name="dataSource">Makes the data source, which is used for all attempts and disposed after the last one.</param>
    /// <param name="query">The query, <c>SELECT 1</c> by default.</param>
    public static Probe Database(Func<IProbeTarget, DbDataSource> dataSource, string query = "SELECT 1")
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        ArgumentException.ThrowIfNullOrEmpty(query);
        return new DatabaseProbe(dataSource, query);
    }

    /// <summary>
    /// A check of your own. An exception means not ready, and its message is the reason. It runs on the thread pool, so that it
    /// may block; after 5 s it is cancelled and made again, even if it ignores its token.
    /// </summary>
    /// <param name="description">What is probed, for messages.</param>
    /// <param name="check">Returns if the service is ready, and throws if it is not.</param>
    public static Probe Custom(string description, Func<IProbeTarget, CancellationToken, Task> check)
    {
        ArgumentException.ThrowIfNullOrEmpty(description);
        ArgumentNullException.ThrowIfNull(check);
        return new CustomProbe(description, check, asksServer: false);
    }

    /// <summary>All of the probes succeed; one that has succeeded is not tried again.</summary>
    public static Probe All(params Probe[] probes) => new CompositeProbe(Several(probes), needsAll: true);

    /// <summary>At least one of the probes succeeds.</summary>
    public static Probe Any(params Probe[] probes) => new CompositeProbe(Several(probes), needsAll: false);

    internal abstract ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider);

    /// <summary>What of it the server itself must answer as long as it runs; null if nothing.</summary>
    internal virtual Probe? Question => null;

    /// <summary>The ports that must be published, for a check before the start.</summary>
    internal virtual IEnumerable<int> NeededPorts => [];

    private static Probe[] Several(Probe[] probes)
    {
        ArgumentNullException.ThrowIfNull(probes);
        return probes.Length > 0 ? probes : throw new ArgumentException("At least one probe is needed.", nameof(probes));
    }
}
