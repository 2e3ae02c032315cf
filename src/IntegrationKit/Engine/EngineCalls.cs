using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;

namespace IntegrationKit.Engine;

/// <summary>Turns whatever goes wrong in a call into an <see cref="EngineException"/>.</summary>
internal sealed class EngineCalls(EngineEndpoint endpoint)
{
    /// <param name="request">What is asked, for messages: <c>create container postgres:15</c>.</param>
    /// <param name="call">Makes the request and reads the answer.</param>
    /// <param name="cancellationToken">The caller's. Its cancellation is not mistaken for a broken connection.</param>
    public async Task<T> RunAsync<T>(string request, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await call(cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException refused)
        {
            throw new EngineException(request, refused.StatusCode, EngineMessage.Read(refused.ResponseBody));
        }
        catch (Exception broken) when (IsBrokenAnswer(broken))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException($"Cancelled: {request}", broken, cancellationToken);
            }

            throw Broken(request, broken);
        }
    }

    public Task RunAsync(string request, Func<CancellationToken, Task> call, CancellationToken cancellationToken) =>
        RunAsync(request, async token =>
        {
            await call(token).ConfigureAwait(false);
            return true;
        }, cancellationToken);

    /// <summary>An answer without a status: broken off, unreadable, or none.</summary>
    private EngineException Broken(string request, Exception cause)
    {
        var root = cause.GetBaseException();
        return new EngineException(request, status: null, root is SocketException { SocketErrorCode: not SocketError.ConnectionReset } socket
            ? $"the engine at {endpoint} stopped answering ({EndpointFailure.Explain(socket)})"
            : root.Message, IsOfTransport(cause) ? null : cause);
    }

    /// <summary>The message says all that such an exception does.</summary>
    private static bool IsOfTransport(Exception cause) => cause is HttpRequestException or IOException or SocketException;

    // The client does not translate failures of the transport, of frames and of JSON.
    private static bool IsBrokenAnswer(Exception exception) => exception
        is HttpRequestException or IOException or SocketException or JsonException or FormatException
        or InvalidOperationException or NotSupportedException or OperationCanceledException;
}
