using System.Net.Sockets;

namespace IntegrationKit.Engine;

/// <summary>Says in words why no engine was reached at an endpoint, and what to do.</summary>
internal static class EndpointFailure
{
    private const int NoSuchFile = 2;

    public static string Explain(Exception failure, TimeSpan timeout) => failure switch
    {
        EndpointRefusedException => failure.Message,
        OperationCanceledException => $"no answer within {timeout.TotalSeconds:0.###} s",
        ArgumentOutOfRangeException => "malformed address: the socket's path is too long",
        _ when failure.GetBaseException() is SocketException socket => Explain(socket),
        _ => $"the answer could not be read ({failure.GetBaseException().Message})",
    };

    private static string Explain(SocketException failure) => failure switch
    {
        { NativeErrorCode: NoSuchFile } => "no such socket",
        { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused: nothing listens there",
        { SocketErrorCode: SocketError.AccessDenied } =>
            "permission denied: add your user to the docker group and log in again, or use a rootless engine",
        { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => "no such host",
        _ => failure.Message,
    };
}
