using System.Runtime.CompilerServices;

namespace IntegrationKit.Tests.Readiness.Support;

/// <summary>A thing to probe that is no container: ports on this machine, and answers that the test gives.</summary>
internal sealed class ProbeTarget(params int[] ports) : IProbeTarget
{
    private readonly List<IReadOnlyList<string>> _commands = [];
    private int _followed;

    public string Name => "target";

    public IReadOnlyList<int> Ports => ports;

    /// <summary>How often the log was asked for.</summary>
    public int Followed => _followed;

    public IReadOnlyList<IReadOnlyList<string>> Commands => _commands;

    /// <summary>The log; called for each time that it is asked for, with the number of the call.</summary>
    public Func<int, CancellationToken, IAsyncEnumerable<string>> Log { get; set; } = (_, _) => AsyncEnumerable.Empty<string>();

    public Func<CommandResult> Command { get; set; } = () => new(0, "", "");

    public HealthReport Health { get; set; } = new("none", "");

    public bool IsRunning { get; init; } = true;

    public ServiceEndpoint Endpoint(int port) => ports.Contains(port) ? new("127.0.0.1", port) : throw new InvalidOperationException($"Port {port} is not published.");

    public async IAsyncEnumerable<LogLine> FollowLogAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in Log(Interlocked.Increment(ref _followed), cancellationToken).WithCancellation(cancellationToken))
        {
            yield return new(line, IsError: false);
        }
    }

    public Task<CommandResult> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        _commands.Add(command);
        return Task.FromResult(Command());
    }

    public Task<HealthReport> GetHealthAsync(CancellationToken cancellationToken) => Task.FromResult(Health);

    public Task<bool> IsRunningAsync(CancellationToken cancellationToken) => Task.FromResult(IsRunning);
}
