using System.Security.Cryptography;
using IntegrationKit.Launching;

namespace IntegrationKit;

/// <summary>A service that runs in a container: what <see cref="ContainerService"/> and the ready-made services share.</summary>
public abstract class ContainerizedService : TestService
{
    // Source: the engine's own check.
    private const long SmallestMemory = 6 * 1024 * 1024;

    private readonly string _generatedSuffix = RandomNumberGenerator.GetHexString(6, lowercase: true);
    private RunningContainer? _container;
    private volatile bool _isTouched;

    private protected ContainerizedService(string image) => Image = image;

    /// <summary>The image, as <c>docker pull</c> takes it. The image prefix applies where it names no registry.</summary>
    public string Image { get; init; }

    /// <summary>The port on the host for the first published port, from 1 to 65535. Default null: a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Labels of the container, besides the library's own. Default: none.</summary>
    public IDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// A fixed name under which other containers reach it. Default null: a generated one, which references carry along.
    /// Two infrastructures of a process that ask for the same alias get a network each.
    /// </summary>
    public string? NetworkAlias { get; init; }

    /// <summary>How readiness is judged. Default null: what fits the service best.</summary>
    public Probe? Readiness { get; init; }

    /// <summary>The most memory that the container may use, in bytes, at least 6 MiB. Default null: no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>
    /// Sends the image's stop signal and waits up to 10 s, instead of killing a container that is thrown away. Default false.
    /// </summary>
    public bool StopGracefully { get; init; }

    /// <summary>The container's id.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public string ContainerId => Container(nameof(ContainerId)).Id;

    /// <summary>The host name at which other containers of this infrastructure reach it: its network alias.</summary>
    /// <exception cref="InvalidOperationException">It has no network: no other container refers to it, and it has no <see cref="NetworkAlias"/>.</exception>
    public string NetworkHost => JoinsNetwork
        ? SharedHost ?? NetworkAlias ?? $"{Name}-{_generatedSuffix}"
        : throw new InvalidOperationException(
            $"Service '{Name}' is on no network, since no other container refers to it. Refer to it with ServiceReference.To, or set NetworkAlias.");

    internal override bool RunsInContainer => true;

    internal override string? ExplicitAlias => NetworkAlias;

    /// <summary>Values that no log and no message may show.</summary>
    internal virtual IEnumerable<string> Secrets => [];

    private protected bool JoinsNetwork => ReachesContainers || NetworkAlias is not null;

    /// <summary>The address at which the tests reach a port of the container.</summary>
    /// <exception cref="InvalidOperationException">The service is not running, or does not publish that port.</exception>
    public ServiceEndpoint Endpoint(int port) => Container($"Endpoint({port})").Endpoint(port);

    /// <summary>Runs a command in the container and returns its exit code and output.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    /// <exception cref="EngineException">The command could not be run.</exception>
    public Task<CommandResult> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellationToken = default) =>
        Container(nameof(ExecAsync)).ExecAsync(command, cancellationToken);

    /// <summary>Reads the log up to this moment, both streams.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public IAsyncEnumerable<LogLine> ReadLogAsync(CancellationToken cancellationToken = default) =>
        OwnLines(Container(nameof(ReadLogAsync)).ReadLogAsync(tail: null, cancellationToken));

    /// <summary>Reads the log from its beginning and follows it until the container ends or the token is cancelled.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public IAsyncEnumerable<LogLine> FollowLogAsync(CancellationToken cancellationToken = default) =>
        OwnLines(Container(nameof(FollowLogAsync)).FollowLogAsync(cancellationToken));

    /// <summary>With a fixed port or alias one can reach it without asking.</summary>
    internal override bool IsTouched => _isTouched || Port is not null || NetworkAlias is not null;

    internal override Task<string?> FindEndAsync(CancellationToken cancellationToken) =>
        _container?.FindEndAsync(cancellationToken) ?? Task.FromResult<string?>("It has no container.");

    internal override IAsyncEnumerable<LogLine> ReadLogSinceAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (_container is null)
        {
            return AsyncEnumerable.Empty<LogLine>();
        }

        // It is read for a report, and a server quotes the statements that fail.
        var secrets = new Redactor();
        foreach (var secret in Secrets)
        {
            secrets.Add(secret);
        }

        return OwnLines(_container.ReadLogAsync(since, cancellationToken), since).Select(line => line with { Text = secrets.Redact(line.Text) });
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Validate() =>
    [
        .. base.Validate(),
        .. string.IsNullOrWhiteSpace(Image) ? ["Image is empty."] : Array.Empty<string>(),
        .. MemoryLimit < SmallestMemory ? [$"MemoryLimit is {MemoryLimit} bytes; an engine gives a container at least {Text.Mebibytes(SmallestMemory)}."] : Array.Empty<string>(),
        .. Port is < 1 or > 65535 ? [$"Port is {Port}; a port is from 1 to 65535."] : Array.Empty<string>(),
    ];

    /// <inheritdoc/>
    protected internal override Task PrepareAsync(ServiceContext context, CancellationToken cancellationToken) =>
        context.Launcher.ResolveImageAsync(Image, context.Launch, Name, cancellationToken);

    /// <inheritdoc/>
    protected internal override async Task StartAsync(ServiceContext context, CancellationToken cancellationToken)
    {
        var spec = Describe() with { MemoryLimit = MemoryLimit, Secrets = [.. Secrets] };
        foreach (var secret in spec.Secrets)
        {
            context.Launch.Reporter.AddSecret(secret);
        }

        var container = await context.Launcher.LaunchAsync(spec, context.Launch).ConfigureAwait(false);
        try
        {
            Use(container);
            await context.Launcher.CompleteStartAsync(container, context.Launch, token => InitializeAsync(container, context.Launch, token)).ConfigureAwait(false);
        }
        catch
        {
            _container = null;
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    protected internal override async Task StopAsync(ServiceContext context, CancellationToken cancellationToken)
    {
        await ReleaseAsync().ConfigureAwait(false);
        if (_container is { } container)
        {
            await container.RemoveAsync(StopGracefully, cancellationToken).ConfigureAwait(false);
            _container = null;
        }
    }

    /// <summary>How the container is to run; called when everything that it depends on is ready.</summary>
    private protected abstract LaunchSpec Describe();

    /// <summary>What is to be done in the ready container before the service counts as started.</summary>
    private protected virtual Task InitializeAsync(RunningContainer container, LaunchContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lets go of what this process holds of the container: connections, pools.</summary>
    private protected virtual ValueTask ReleaseAsync() => ValueTask.CompletedTask;

    /// <summary>The name by which other containers reach a server that is shared; null for its own.</summary>
    private protected virtual string? SharedHost => null;

    /// <summary>
    /// Of the lines of its server those that concern it. The engine notes when it has received a line; where the server says
    /// when it wrote it, that counts for <paramref name="since"/>.
    /// </summary>
    private protected virtual IAsyncEnumerable<LogLine> OwnLines(IAsyncEnumerable<LogLine> lines, DateTimeOffset? since = null) => lines;

    /// <summary>The container, for a member that hands something of it out.</summary>
    private protected RunningContainer Container(string member)
    {
        var container = WhileRunning(_container, member);
        _isTouched = true;
        return container;
    }

    /// <summary>Takes a container that has just got ready, of which nothing was handed out yet; null for none any more.</summary>
    private protected void Use(RunningContainer? container) => (_container, _isTouched) = (container, false);

    /// <summary>The container, for the service's own work in it.</summary>
    private protected RunningContainer Server => WhileRunning(_container, nameof(Server));

    private protected IReadOnlyList<string>? NetworkAliases => JoinsNetwork ? [NetworkHost] : null;
}
