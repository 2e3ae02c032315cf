using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using IntegrationKit.Diagnostics;
using IntegrationKit.Model;
using IntegrationKit.Services;

namespace IntegrationKit;

/// <summary>
/// A service whose server can be divided, so that several infrastructures of a process use one server of equal settings,
/// each a slice of its own. On a server of its own it has a slice too.
/// </summary>
/// <typeparam name="TSlice">Its part of a server.</typeparam>
/// <param name="image">The image to use if the user sets none.</param>
public abstract class ServerService<TSlice>(string image) : ServerService(image)
    where TSlice : ServerSlice
{
    /// <summary>
    /// Whether it has a server of its own even if servers are shared (<see cref="TestInfrastructureOptions.ShareServers"/>).
    /// What concerns a whole server implies it: <see cref="ServerService.NetworkAlias"/>, <see cref="ServerService.Readiness"/>
    /// and <see cref="ServerService.StopGracefully"/>. Default false.
    /// </summary>
    public bool OwnServer { get; init; }

    internal sealed override bool MayShareServer => !OwnServer && NetworkAlias is null && Readiness is null && !StopGracefully;

    /// <summary>
    /// Makes this service's part of a server that is ready. If it throws, it must have cleaned up; on a shared
    /// server others are using their slices meanwhile.
    /// </summary>
    [Experimental(Experiments.WritingServices)]
    protected abstract Task<TSlice> TakeSliceAsync(Server server, StartContext start, CancellationToken cancellationToken);

    /// <summary>The slice, for a member that returns something of it: it will be reset before the next test.</summary>
    /// <param name="member">The member that was read, for the message.</param>
    /// <exception cref="InvalidOperationException">The service is not running; the message names the member.</exception>
    [Experimental(Experiments.WritingServices)]
    protected TSlice GetSlice([CallerMemberName] string member = "") => (TSlice)GetRun<ServerRun>(member).Slice!;

    /// <summary>Not called: the slice is reset.</summary>
    [Experimental(Experiments.WritingServices)]
    protected sealed override Task ResetServerAsync(Server server, CancellationToken cancellationToken) => base.ResetServerAsync(server, cancellationToken);

    private protected sealed override bool CanShare(StartPlan plan) => plan.SharesServers && MayShareServer;

    private protected sealed override async Task<ServerSlice?> TakeAsync(Server server, StartContext start, CancellationToken cancellationToken) =>
        await TakeSliceAsync(server, start, cancellationToken).ConfigureAwait(false);
}
