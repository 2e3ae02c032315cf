using IntegrationKit.Diagnostics;
using IntegrationKit.Engine;
using IntegrationKit.Ownership;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace IntegrationKit.Launching.Containers;

/// <summary>Waits a moment for a network, if an engine has no address range left for a further one, and says what holds them.</summary>
internal sealed class NetworkWait(IContainerEngine engine, ILogger logger, TimeProvider timeProvider)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(750);
    private static readonly TimeSpan ListLimit = TimeSpan.FromSeconds(5);

    // What Docker says, before and from 27 on, and what Podman says.
    private static readonly string[] Signs = ["available, non-overlapping", "fully subnetted", "could not find free subnet"];

    /// <summary>Tries until it has a network; for 30 s at most.</summary>
    /// <param name="tryLease">One try. It is not cancelled, since the engine may make a network anyway.</param>
    /// <param name="cancellationToken">Ends the wait between two tries.</param>
    /// <exception cref="NetworksUsedUpException">Nobody has released one.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> tryLease, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        EngineException? last = null;
        var holders = string.Empty;
        try
        {
            return await Pipeline(NoteAsync).ExecuteAsync(async _ => await tryLease().ConfigureAwait(false), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (last is not null && !cancellationToken.IsCancellationRequested)
        {
            throw new NetworksUsedUpException(last, holders, Limit);
        }

        async ValueTask NoteAsync(EngineException refusal)
        {
            if (last is null)
            {
                holders = await DescribeHoldersAsync().ConfigureAwait(false);
                Log.NetworksUsedUp(logger, Text.Seconds(Limit), holders);
            }

            last = refusal;
        }
    }

    private static bool IsUsedUp(Exception? error) =>
        error is EngineException refusal && Array.Exists(Signs, sign => refusal.EngineMessage.Contains(sign, StringComparison.OrdinalIgnoreCase));

    private ResiliencePipeline Pipeline(Func<EngineException, ValueTask> onRefusal) => new ResiliencePipelineBuilder { TimeProvider = timeProvider }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static arguments => ValueTask.FromResult(IsUsedUp(arguments.Outcome.Exception)),
            OnRetry = arguments => onRefusal((EngineException)arguments.Outcome.Exception!),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            MaxDelay = LongestPause,
        })
        .Build();

    private async Task<string> DescribeHoldersAsync()
    {
        using var limit = new CancellationTokenSource(ListLimit, timeProvider);
        try
        {
            // These two have no addresses of their own.
            var networks = (await engine.Networks.ListAsync([], limit.Token).ConfigureAwait(false)).Where(each => each.Name is not ("host" or "none")).ToArray();
            return $"{networks.Length} networks: {string.Join(", ", networks.OrderBy(each => each.Name, StringComparer.Ordinal).Select(Describe))}";
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            return $"networks that could not be listed ({e.Message})";
        }
    }

    private static string Describe(NetworkSummary network)
    {
        var owner = ResourceLabels.DescribeOwner(network.Labels)
            ?? (network.Labels.TryGetValue("com.docker.compose.project", out var project) ? $"Compose project '{project}'"
            : network.Labels.Count > 0 ? string.Join(", ", network.Labels.Take(3).Select(each => $"{each.Key}={each.Value}")) : null);
        return owner is null ? network.Name : $"{network.Name} ({owner})";
    }
}

/// <summary>The engine has no address range left for a further network.</summary>
internal sealed class NetworksUsedUpException(EngineException refusal, string holders, TimeSpan waited) : IntegrationKitException(
    $"The engine has no address range left for a further network ({refusal.EngineMessage}), and none was released within {Text.Seconds(waited)}. They are held by {holders}.", refusal)
{
    public override string Fix =>
        "Every address range of the engine is in use by a network. Remove those that nobody uses (docker network prune), or give the engine more ranges (default-address-pools in its daemon.json).";
}
