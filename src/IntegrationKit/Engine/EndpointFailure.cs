using System.Net.Sockets;
using IntegrationKit.Diagnostics;

namespace IntegrationKit.Engine;

/// <summary>Says why no engine was reached at an endpoint, and what to do.</summary>
internal static class EndpointFailure
{
    public const string SpeaksTls = "it speaks TLS, which is not supported yet: use a unix socket or an address without TLS";

    // The first bytes of a TLS alert, in the error about what is no HTTP.
    private const string TlsAlert = "\u0015\u0003";

    public static string Explain(Exception failure, TimeSpan timeout) => (failure, failure.GetBaseException()) switch
    {
        (EndpointRefusedException, _) => failure.Message,
        (OperationCanceledException, _) => $"no answer within {Text.Seconds(timeout)}",
        (_, ArgumentOutOfRangeException) => "malformed address: the socket's path is too long",
        (_, SocketException socket) => Explain(socket),
        (_, var root) when root.Message.Contains(TlsAlert, StringComparison.Ordinal) => SpeaksTls,
        (_, var root) => $"the answer could not be read ({root.Message})",
    };

    public static string Explain(SocketException failure) => failure.SocketErrorCode switch
    {
        // This is what .NET reports for a socket that is not in the file system.
        SocketError.AddressNotAvailable => "no such socket",
        SocketError.ConnectionRefused => "connection refused: nothing listens there",
        SocketError.AccessDenied => "permission denied: add your user to the docker group and log in again, or use a rootless engine",
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "no such host",
        _ => failure.Message,
    };
}
