using DotNet.Testcontainers.Containers;
using IntegrationKit.Testcontainers;

namespace IntegrationKit;

/// <summary>
/// A container of Testcontainers for .NET, of any module, as a service: it starts in the order of the graph and within
/// <see cref="TestService.StartTimeout"/>, its end is noticed at once, and it is removed even if this process is killed.
/// </summary>
/// <typeparam name="TContainer">The module's container, for example <c>KafkaContainer</c>.</typeparam>
/// <param name="build">
/// Builds the container, and does not start it. Called at each start, when everything that this service depends on is ready.
/// The labels that it gets must be put on the container, by <c>WithLabel</c>, and on everything else that it makes with it,
/// such as a network: they say to whom it belongs.
/// </param>
/// <remarks>
/// Testcontainers' own resource reaper, a privileged container, is not needed and is not started for this one; see
/// <see cref="ResourceReaper"/>. If the engine speaks an older API than Testcontainers asks for (1.44), and
/// <c>DOCKER_API_VERSION</c> is not set, Testcontainers is made to speak the engine's.
/// </remarks>
public sealed class TestcontainersService<TContainer>(Func<IReadOnlyDictionary<string, string>, TContainer> build) : TestService
    where TContainer : IContainer
{
    private readonly Func<IReadOnlyDictionary<string, string>, TContainer> _build = build ?? throw new ArgumentNullException(nameof(build));

    /// <summary>The container. Its addresses are for the tests; <see cref="ServiceReference.To{TService}(TService, Func{TService, string})"/> passes one to another service.</summary>
    /// <exception cref="InvalidOperationException">The service is not running.</exception>
    public TContainer Container => GetRun<ContainerRun<TContainer>>().Container;

    /// <summary>Brings its state back to what it was after the start. Open connections should stay usable. Default null: a reset leaves it alone.</summary>
    public Func<TContainer, CancellationToken, Task>? Reset { get; init; }

    /// <summary>
    /// Whether the container does one thing and ends by itself with exit code 0, as one does that migrates a database. It is ready
    /// when it has ended and its wait strategy, in the mode <c>OneShot</c>, has succeeded. Default false: an end is a failure.
    /// </summary>
    public bool EndsByItself { get; init; }

    /// <summary>
    /// Whether Testcontainers' own resource reaper removes the container too, as it does for containers that are not
    /// registered here. Default null: only if the environment variable <c>TESTCONTAINERS_RYUK_DISABLED</c> says <c>false</c>.
    /// </summary>
    public bool? ResourceReaper { get; init; }

    /// <inheritdoc/>
    protected override async Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        var ownership = await start.OwnContainersAsync(cancellationToken).ConfigureAwait(false);
        EngineClient.Agree(ownership);
        var container = await BuildAsync(start, new(Reaper.Choose(ownership.Labels, ResourceReaper)), cancellationToken).ConfigureAwait(false);
        var launch = new ContainerLaunch(container, ownership, start, EndsByItself);
        start.DisposeOnFailure(launch);
        var started = await launch.RunAsync(cancellationToken).ConfigureAwait(false);
        return new ContainerRun<TContainer>(container, started, launch, Reset, EndsByItself);
    }

    private async Task<TContainer> BuildAsync(StartContext start, HandedLabels labels, CancellationToken cancellationToken)
    {
        var container = default(TContainer);
        await start.RunAsync(
            "the delegate that builds its container",
            _ =>
            {
                container = _build(labels);
                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        return container is null ? throw new InvalidOperationException("The delegate that builds its container has returned null.")
            : labels.WereRead ? container
            : throw new InvalidOperationException($"The delegate that builds its container has not used the labels that it was given. {ContainerLaunch.Remedy}");
    }
}
