using System.Security.Cryptography;
using IntegrationKit.Diagnostics;
using IntegrationKit.Engine;
using IntegrationKit.Ownership;

namespace IntegrationKit.Launching.Containers;

/// <summary>
/// The ownership of what one service makes without this library. Its names are not known beforehand, so the ledger holds a claim,
/// and everything carries the claim as a label.
/// </summary>
internal sealed class ContainerClaim : ContainerOwnership, IEvidenceSource
{
    private static readonly TimeSpan RemoveLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EvidenceLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly EngineSession _session;
    private readonly LaunchContext _context;
    private readonly string _service;
    private readonly string _claim = RandomNumberGenerator.GetHexString(12, lowercase: true);
    private readonly List<string> _watched = [];
    private bool _hasSeenAny;
    private bool _isGone;

    public ContainerClaim(EngineSession session, string service, LaunchContext context)
    {
        (_session, _service, _context) = (session, service, context);
        Labels = new Dictionary<string, string>(ResourceLabels.LabelsFor(service, context.TimeProvider.GetUtcNow()), StringComparer.Ordinal)
        {
            [ResourceLabels.ClaimLabel] = _claim,
        };
        Ledger.Claim(_claim);
    }

    public override IReadOnlyDictionary<string, string> Labels { get; }

    public override string Engine => _session.Engine.Endpoint.ToString();

    public override Version ApiVersion => _session.Engine.ApiVersion;

    private Ledger Ledger => _session.Guard.Ledger;

    private string[] Filter => [ResourceLabels.Filter, $"{ResourceLabels.ClaimLabel}={_claim}"];

    public override async Task<IDisposable?> PauseForPullAsync(string image, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(image);
        if (await _session.Engine.Images.InspectAsync(image, cancellationToken).ConfigureAwait(false) is not null)
        {
            return null;
        }

        var pull = new PullReporter(_service, image, _context);
        pull.OnProgress(new(Layer: null, "Pulling", CurrentBytes: null, TotalBytes: null));
        return pull;
    }

    public override async Task<OwnedContainer> WatchAsync(string containerId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(containerId);
        var container = new ClaimedContainer(_session, containerId, _context.TimeProvider);
        lock (_gate)
        {
            _watched.Add(containerId);
            _hasSeenAny = true;
        }

        _context.Reporter.Report(_service, ServiceStage.Starting, detail: containerId[..Math.Min(12, containerId.Length)]);
        var details = await _session.Engine.Containers.InspectAsync(containerId, cancellationToken).ConfigureAwait(false)
            ?? throw new IntegrationKitException($"The engine at {Engine} has no container {containerId}: it was made on another engine.");
        if (details.Labels.GetValueOrDefault(ResourceLabels.ClaimLabel) != _claim || !ResourceLabels.IsOwn(details.Labels))
        {
            throw new IntegrationKitException(
                "Its container does not carry the labels that were handed out, so its end would not be noticed, and it would stay if this process were killed.");
        }

        foreach (var variable in details.Environment)
        {
            var parts = variable.Split('=', 2);
            _context.Redactor.AddFromSetting(parts[0], parts.ElementAtOrDefault(1) ?? string.Empty);
        }

        return container;
    }

    public async Task CollectEvidenceAsync(StartEvidence evidence)
    {
        using var limit = new CancellationTokenSource(EvidenceLimit, _context.TimeProvider);
        try
        {
            if (await FindLatestAsync(limit.Token).ConfigureAwait(false) is not { } id ||
                await _session.Engine.Containers.InspectAsync(id, limit.Token).ConfigureAwait(false) is not { } details)
            {
                return;
            }

            var image = await _session.Engine.Images.InspectAsync(details.Image, limit.Token).ConfigureAwait(false);
            evidence.Launch = new(Engine, _session.Engine.Endpoint.IsLocal, image?.Architecture ?? string.Empty, MemoryLimit: null, HostPorts: []);
            evidence.Container = await ContainerEvidence.CollectAsync(_session.Engine, id, evidence, _context.TimeProvider).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            // The message shows what is known.
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_isGone)
        {
            return;
        }

        using var limit = new CancellationTokenSource(RemoveLimit, _context.TimeProvider);
        var watched = Watched();
        await Task.WhenAll(watched.Select(id => RemoveAsync(id, limit.Token)).Append(RemoveOthersAsync(watched, limit.Token))).ConfigureAwait(false);
        await RemoveWhatContainersHeldAsync(limit.Token).ConfigureAwait(false);
        if (_hasSeenAny)
        {
            // If nothing was seen, nobody knows whether the engine is about to make something: the claim stays open.
            Ledger.Withdraw(_claim);
        }

        _isGone = true;
    }

    private string[] Watched()
    {
        lock (_gate)
        {
            return [.. _watched];
        }
    }

    /// <summary>The container that was watched last, or else one that was made and not watched yet.</summary>
    private async Task<string?> FindLatestAsync(CancellationToken cancellationToken) =>
        Watched() is [.., var last] ? last
        : await _session.Engine.Containers.ListAsync(Filter, cancellationToken).ConfigureAwait(false) is [var only, ..] ? only.Id
        : null;

    private Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        _session.Events.Forget(id);
        return _session.Engine.Containers.RemoveAsync(id, cancellationToken);
    }

    /// <summary>Removes the containers that carry the claim and were not watched.</summary>
    private async Task RemoveOthersAsync(string[] watched, CancellationToken cancellationToken)
    {
        var containers = await _session.Engine.Containers.ListAsync(Filter, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(containers.ExceptBy(watched, each => each.Id).Select(each => RemoveAsync(each.Id, cancellationToken))).ConfigureAwait(false);
        _hasSeenAny |= containers.Count > 0;
    }

    /// <summary>Removes the networks and volumes that carry the claim. None can be removed before the containers that use it.</summary>
    private async Task RemoveWhatContainersHeldAsync(CancellationToken cancellationToken)
    {
        var engine = _session.Engine;
        var networks = engine.Networks.ListAsync(Filter, cancellationToken);
        var volumes = engine.Volumes.ListAsync(Filter, cancellationToken);
        foreach (var network in await networks.ConfigureAwait(false))
        {
            await engine.Networks.RemoveAsync(network.Id, cancellationToken).ConfigureAwait(false);
        }

        foreach (var volume in await volumes.ConfigureAwait(false))
        {
            await engine.Volumes.RemoveAsync(volume.Name, cancellationToken).ConfigureAwait(false);
        }
    }
}
