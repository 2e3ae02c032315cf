using System.Net.Sockets;

namespace IntegrationKit.Engine;

/// <summary>
/// A connection on which sending goes on without an error when the other side has closed it: what it said before that is read
/// then. From API 1.45 on an engine asks for an archive before it judges the archive's path; the refusal of it would be lost in
/// the error of the sending.
/// </summary>
internal sealed class BrokenPipeStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private volatile bool _isBroken;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isBroken)
        {
            return;
        }

        try
        {
            await base.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset or SocketError.ConnectionAborted })
        {
            _isBroken = true;
        }
    }
}
