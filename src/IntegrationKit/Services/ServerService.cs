using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;
using IntegrationKit.Limits;
using IntegrationKit.Model;
using IntegrationKit.Services;
using IntegrationKit.Sharing;

namespace IntegrationKit;

/// <summary>
/// A service that has a server of its own, in a container. To bring one of your own, derive from it, say in
/// <see cref="Describe"/> how the server is to run, and add a property for its address. One whose server can be divided, so
/// that several infrastructures share it, derives from <see cref="ServerService{TSlice}"/>.
/// </summary>
public abstract class ServerService : TestService
{
    // Source: the engine's own check.
    private const long SmallestMemory = 6 * 1024 * 1024;

    /// <summary>Called by the derived class with the image to use if the user sets none.</summary>
    protected ServerService(string image) => Image = image;

    /// <summary>The image, as <c>docker pull</c> takes it. The image prefix applies if it names no registry.</summary>
    public string Image { get; init; }

    /// <summary>The port on the host for the first published port, from 1 to 65535. Default null: a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Labels of the container, besides the library's own. Default: none.</summary>
    public IDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// A fixed name under which other containers reach it. Default null: a generated one, which references contain.
    /// Two infrastructures of a process that ask for the same alias get a network each.
    /// </summary>
    public string? NetworkAlias { get; init; }

    /// <summary>How readiness is found out. Default null: the probe of the service's type.</summary>
    public Probe? Readiness { get; init; }

    /// <summary>The most memory that the container may use, in bytes, at least 6 MiB. Default null: no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>
    /// Sends the image's stop signal and waits up to 10 s, instead of killing the container at once. Default false.
    /// </summary>
    public bool StopGracefully { get; init; }

    /// <summary>The container's id.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public string ContainerId => GetRun<ServerRun>().Server.Id;

    /// <summary>The host name at which other containers of this infrastructure reach it: its network alias.</summary>
    /// <exception cref="InvalidOperationException">It is not running, or on no network: no other container refers to it, and it has no <see cref="NetworkAlias"/>.</exception>
    public string NetworkHost => GetRun<ServerRun>().NetworkHost ?? throw new InvalidOperationException(
        $"Service '{Name}' is on no network, since no other container refers to it. Refer to it with ServiceReference.To, or set NetworkAlias.");

    internal override bool RunsServer => true;

    internal override string? ExplicitAlias => NetworkAlias;

    /// <summary>The address at which the tests reach a port of the container.</summary>
    /// <exception cref="InvalidOperationException">The service is not running, or does not publish that port.</exception>
    public ServiceEndpoint Endpoint(int port) => GetRun<ServerRun>($"Endpoint({port})").Server.Endpoint(port);

    /// <summary>Runs a command in the container and returns its exit code and output.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="EngineException">The command could not be run.</exception>
    public Task<CommandResult> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellationToken = default) =>
        GetRun<ServerRun>().Server.ExecAsync(command, cancellationToken);

    /// <summary>Reads the log up to this moment, both streams.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public IAsyncEnumerable<LogLine> ReadLogAsync(CancellationToken cancellationToken = default) =>
        GetRun<ServerRun>().ReadLogAsync(new(), cancellationToken);

    /// <summary>Reads the log from its beginning and follows it until the container ends or the token is cancelled.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public IAsyncEnumerable<LogLine> FollowLogAsync(CancellationToken cancellationToken = default) =>
        GetRun<ServerRun>().ReadLogAsync(new() { Follow = true }, cancellationToken);

    /// <summary>
    /// How the server is to run. Called when everything that the service depends on is ready; the same settings must give the
    /// same description, random secrets aside. Image, host port, labels, memory limit, the user's readiness probe and
    /// <see cref="StopGracefully"/> are added to it.
    /// </summary>
    [Experimental(Experiments.WritingServices)]
    protected abstract ServerSpec Describe(DescribeContext context);

    /// <summary>
    /// Brings the state of the server back to what it was after the start, for a service that has no slices. Called
    /// only if something of the service was handed out. Default: nothing is reset.
    /// </summary>
    [Experimental(Experiments.WritingServices)]
    protected virtual Task ResetServerAsync(Server server, CancellationToken cancellationToken) => ServiceRun.NothingToReset;

    /// <summary>The server, for a member that returns something of it, such as an address with a secret.</summary>
    /// <param name="member">The member that was read, for the message.</param>
    /// <exception cref="InvalidOperationException">The service is not running; the message names the member.</exception>
    [Experimental(Experiments.WritingServices)]
    protected Server GetServer([CallerMemberName] string member = "") => GetRun<ServerRun>(member).Server;

    /// <inheritdoc/>
    protected override IEnumerable<int> HostPorts => Port is { } port ? [port] : [];

    /// <inheritdoc/>
    protected override IEnumerable<string> Validate()
    {
        foreach (var problem in base.Validate())
        {
            yield return problem;
        }

        if (string.IsNullOrWhiteSpace(Image))
        {
            yield return "Image is empty.";
        }
        else if (!ImageName.IsValid(Image))
        {
            yield return $"Image {ImageName.Problem(Image)}";
        }

        if (MemoryLimit < SmallestMemory)
        {
            yield return FormattableString.Invariant($"MemoryLimit is {MemoryLimit} bytes; an engine gives a container at least {Text.Mebibytes(SmallestMemory)}.");
        }

        if (Port is < 1 or > 65535)
        {
            yield return FormattableString.Invariant($"Port is {Port}; a port is from 1 to 65535.");
        }
    }

    /// <inheritdoc/>
    protected sealed override Task PrepareAsync(StartContext start, CancellationToken cancellationToken) =>
        start.Launcher.PrepareAsync(Image, Name, start.Launch, cancellationToken);

    /// <inheritdoc/>
    protected sealed override async Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken)
    {
        var joins = start.Plan.JoinsNetwork || NetworkAlias is not null;
        var isShared = CanShare(start.Plan);
        var alias = joins && !isShared ? NetworkAlias ?? $"{DnsLabel.From(Name)}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}" : null;
        while (true)
        {
            var lease = isShared ? LeaseShared(start) : LeaseOwn(start, alias is null ? null : new([alias], start.Plan.NetworkAliases));
            start.DisposeOnFailure(lease);
            var server = await lease.WaitAsync(start.Launch).ConfigureAwait(false);
            if (joins && isShared)
            {
                alias = await start.Launcher.ConnectAsync(lease.Process, start.Plan.NetworkAliases, cancellationToken).ConfigureAwait(false);
            }

            try
            {
                var slice = await TakeAsync(lease, start, cancellationToken).ConfigureAwait(false);

                // With a fixed port or alias it can be reached without reading its address.
                return new ServerRun(lease, slice, ResetServerAsync, alias, isReachedUnasked: Port is not null || NetworkAlias is not null);
            }
            catch (SilentServerException) when (isShared)
            {
                // The server is retired: the next lease is of another one.
                await GiveBackAsync(lease, start).ConfigureAwait(false);
            }
        }
    }

    private protected virtual bool CanShare(StartPlan plan) => false;

    private protected virtual Task<ServerSlice?> TakeAsync(Server server, StartContext start, CancellationToken cancellationToken) => Task.FromResult<ServerSlice?>(null);

    /// <summary>Takes the slice, as long as the server answers.</summary>
    private async Task<ServerSlice?> TakeAsync(ServerLease lease, StartContext start, CancellationToken cancellationToken)
    {
        using var silent = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var taking = BoundedCall.RunAsync(
            token => TakeAsync(lease.Server, start, token),
            start.TimeProvider,
            silent.Token,
            late: slice => slice?.DisposeAsync().AsTask() ?? Task.CompletedTask,
            BoundedCall.InnerGrace);
        await lease.WatchAsync(taking, silent, cancellationToken).ConfigureAwait(false);
        return await taking.ConfigureAwait(false);
    }

    /// <summary>If a server cannot be removed, the end of the run tries again.</summary>
    private async Task GiveBackAsync(ServerLease lease, StartContext start)
    {
        try
        {
            await lease.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IntegrationKitException or OperationCanceledException)
        {
            Log.CleanUpFailed(start.Logger, Name, e);
        }
    }

    private ServerLease LeaseOwn(StartContext start, NetworkPlacement? placement)
    {
        var instance = Prepare(start, isShared: false)(start.Launcher, placement, start.Launch.Redactor);
        instance.BeginOwn(start.Launch);
        return SharedServers.LeaseOwn(instance);
    }

    private ServerLease LeaseShared(StartContext start)
    {
        var key = ServerKey.Of(GetType(), start.Launcher.DescribePlace(Image), Complete(Describe(DescribeContext.ForComparison())));
        if (SharedServers.TryLease(key) is { } lease)
        {
            return lease;
        }

        var make = Prepare(start, isShared: true);
        return SharedServers.Lease(key, () =>
        {
            var instance = make(start.Launcher.ForSharedServer(), null, new Redactor());
            instance.BeginShared(start.Launch, StartTimeout);
            return instance;
        });
    }

    /// <summary>Calls Describe, which is not our code, and returns a function that makes the server.</summary>
    private Func<ILauncher, NetworkPlacement?, Redactor, ServerInstance> Prepare(StartContext start, bool isShared)
    {
        var context = DescribeContext.ForLaunch(isShared);
        var spec = Complete(Describe(context));
        return (launcher, placement, redactor) =>
        {
            foreach (var secret in context.Secrets.Values)
            {
                redactor.Add(secret);
            }

            foreach (var (name, value) in spec.Environment)
            {
                redactor.AddFromSetting(name, value);
            }

            var process = launcher.Create(Name, spec, placement);
            var server = new Server(process, context.Secrets, redactor, isShared, start.Logger, start.TimeProvider);
            return new(server, process, launcher, redactor, start.Plan.StopTimeout, start.Plan.AnswerTimeout, start.TimeProvider);
        };
    }

    /// <summary>The description with what the user has set.</summary>
    private ServerSpec Complete(ServerSpec spec) => spec with
    {
        Image = Image,
        Labels = Labels.AsReadOnly(),
        Ports = [.. spec.Ports.Select((port, i) => i == 0 ? port with { HostPort = port.HostPort ?? Port } : port)],
        MemoryLimit = MemoryLimit,
        StopGracefully = StopGracefully,
        Readiness = Readiness ?? spec.Readiness,
    };
}
