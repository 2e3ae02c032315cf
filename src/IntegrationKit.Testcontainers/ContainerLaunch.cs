using Docker.DotNet;
using DotNet.Testcontainers.Containers;

namespace IntegrationKit.Testcontainers;

/// <summary>
/// A container from its start by Testcontainers to its removal. Testcontainers' wait is ended by the start's limit and by the
/// container's end; its create is not cancelled, since the engine may carry it out anyway.
/// </summary>
internal sealed class ContainerLaunch(IContainer container, ContainerOwnership ownership, StartContext start, bool endsByItself) : IAsyncDisposable
{
    /// <summary>What to do if a container does not have the labels.</summary>
    public const string Remedy = "Pass them to WithLabel: they say to whom the container belongs.";

    // How long Testcontainers may take to end a create, a cancelled step, or the disposal of a container that is gone.
    private static readonly TimeSpan CreateLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DisposeLimit = TimeSpan.FromSeconds(1);

    // How long the engine's event may take after Testcontainers has seen the end.
    private static readonly TimeSpan EventLimit = TimeSpan.FromMilliseconds(500);

    private readonly TaskCompletionSource<Task<OwnedContainer>> _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancellation = new();
    private Task _start = Task.CompletedTask;
    private bool _isPulling;
    private bool _isRemoved;

    /// <summary>Starts it and returns when Testcontainers finds it ready.</summary>
    public async Task<OwnedContainer> RunAsync(CancellationToken cancellationToken)
    {
        var image = container.Image.FullName;
        start.WaitsFor($"Testcontainers to create a container of {image}");
        using var pull = await ownership.PauseForPullAsync(image, cancellationToken).ConfigureAwait(false);
        _isPulling = pull is not null;
        container.Created += (_, _) =>
        {
            pull?.Dispose();
            start.WaitsFor("Testcontainers to start the container");
            _created.TrySetResult(ownership.WatchAsync(container.Id, cancellationToken));
        };
        container.Starting += (_, _) => start.WaitsFor("the container's wait strategy");
        _start = Task.Run(() => container.StartAsync(_cancellation.Token), CancellationToken.None);
        await Task.WhenAny(_created.Task, _start).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!_created.Task.IsCompleted)
        {
            await WaitForStartAsync(cancellationToken).ConfigureAwait(false);

            // The delegate has created it already.
            _created.TrySetResult(ownership.WatchAsync(container.Id, cancellationToken));
        }

        var owned = await WatchAsync().ConfigureAwait(false);
        await WaitUntilReadyAsync(owned, cancellationToken).ConfigureAwait(false);
        if (container is IDatabaseContainer database)
        {
            start.AddSecretsOf("ConnectionString", database.GetConnectionString());
        }

        return owned;
    }

    /// <summary>Removes the container by the library's own client, which is quick; Testcontainers has nothing left to do then.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isRemoved)
        {
            if (!_isPulling)
            {
                await ((Task)Task.WhenAny(_created.Task, _start)).WaitAsync(CreateLimit, start.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await _cancellation.CancelAsync().ConfigureAwait(false);
            await _start.WaitAsync(CancelLimit, start.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ownership.DisposeAsync().ConfigureAwait(false);
            _isRemoved = true;
        }

        var disposal = Task.Run(() => container.DisposeAsync().AsTask(), CancellationToken.None);
        await disposal.WaitAsync(DisposeLimit, start.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<OwnedContainer> WatchAsync()
    {
        try
        {
            return await (await _created.Task.ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (IntegrationKitException e) when (e is not EngineException)
        {
            throw new IntegrationKitException($"{e.Message} {(EngineClient.Endpoint == ownership.Engine ? Remedy
                : $"Testcontainers uses {EngineClient.Endpoint}: set DOCKER_HOST for both, or call WithDockerEndpoint with the address in TestInfrastructureOptions.EngineEndpoint.")}", e);
        }
    }

    /// <summary>Waits until Testcontainers finds it ready; an end of the container ends the wait.</summary>
    private async Task WaitUntilReadyAsync(OwnedContainer owned, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = owned.FailAtEndAsync(waiting.Token);
        try
        {
            await Task.WhenAny(_start, ended).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_start.Exception?.InnerException is ContainerNotRunningException)
            {
                await ended.WaitAsync(EventLimit, start.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (owned.Ended.IsCompleted)
            {
                await ended.ConfigureAwait(false);
            }
        }
        catch (ContainerExitedException e) when (e.ExitCode == 0 && endsByItself)
        {
            // Its wait strategy may still read the log.
        }
        finally
        {
            await waiting.CancelAsync().ConfigureAwait(false);
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await WaitForStartAsync(cancellationToken).ConfigureAwait(false);
        if (endsByItself)
        {
            start.WaitsFor("the container to end by itself");
            await WaitForGoodEndAsync(owned, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the container has ended with exit code 0; another one is an error. The wait strategy may have seen a line of the log before that.</summary>
    private static async Task WaitForGoodEndAsync(OwnedContainer owned, CancellationToken cancellationToken)
    {
        try
        {
            await owned.FailAtEndAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerExitedException e) when (e.ExitCode == 0)
        {
        }
    }

    /// <summary>Waits for Testcontainers, and explains its errors.</summary>
    private async Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _start.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException("Testcontainers stopped waiting: the time that is set for its wait strategy has passed.", e);
        }
        catch (DockerApiException e)
        {
            throw new IntegrationKitException($"The container engine refused what Testcontainers asked for (HTTP {(int)e.StatusCode}): {EngineClient.ReadMessage(e)}", e);
        }
        catch (HttpRequestException e)
        {
            throw new IntegrationKitException($"The container engine broke off a call of Testcontainers: {e.GetBaseException().Message}", e);
        }
    }
}
