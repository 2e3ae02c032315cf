using System.Net.Sockets;

namespace IntegrationKit.Readiness;

/// <summary>Connects, and checks whether the connection stays open: the engine's proxy accepts before anything listens.</summary>
internal sealed class TcpProbe(int? port) : Probe
{
    private static readonly TimeSpan StaysOpen = TimeSpan.FromMilliseconds(50);

    internal override IEnumerable<int> NeededPorts => port is { } one ? [one] : [];

    public override string ToString() => port is { } one ? $"TCP connection to port {one}" : "TCP connection to every published port";

    internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider) => new BoundedRun(
        async cancellationToken =>
        {
            if (port is null && target.Ports.Count == 0)
            {
                return ProbeResult.NotReady($"service '{target.Name}' publishes no port. Add one to Ports, or set the port of the probe.");
            }

            foreach (var each in port is { } one ? [one] : target.Ports)
            {
                if (await ConnectAsync(target.Endpoint(each), timeProvider, cancellationToken).ConfigureAwait(false) is { } reason)
                {
                    return ProbeResult.NotReady($"port {each}: {reason}");
                }
            }

            // The engine's proxy also holds a connection open to a container that has just ended.
            return await target.IsRunningAsync(cancellationToken).ConfigureAwait(false)
                ? ProbeResult.Ready
                : ProbeResult.NotReady("the connection stayed open, but the container has ended");
        },
        timeProvider);

    private static async Task<string?> ConnectAsync(ServiceEndpoint endpoint, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
            return await StaysOpenAsync(socket, timeProvider, cancellationToken).ConfigureAwait(false) ? null : $"{endpoint} accepted and closed the connection";
        }
        catch (SocketException e)
        {
            return $"{endpoint}: {e.Message}";
        }
    }

    private static async Task<bool> StaysOpenAsync(Socket socket, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var quiet = new CancellationTokenSource(StaysOpen, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken);
        try
        {
            return await socket.ReceiveAsync(new byte[1], either.Token).ConfigureAwait(false) > 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }
}
