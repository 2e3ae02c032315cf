using System.Net;

namespace IntegrationKit;

/// <summary>The container engine refused a request, or its answer could not be read.</summary>
public sealed class EngineException : IntegrationKitException
{
    internal EngineException(string request, HttpStatusCode? status, string engineMessage, Exception? innerException = null)
        : base(Describe(request, status, engineMessage), innerException)
    {
        Request = request;
        Status = status;
        EngineMessage = engineMessage;
    }

    /// <summary>What was asked of the engine, for example <c>create container postgres:15</c>.</summary>
    public string Request { get; }

    /// <summary>The HTTP status of the answer; null if there was none, because the connection was lost.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The engine's own message.</summary>
    public string EngineMessage { get; }

    private static string Describe(string request, HttpStatusCode? status, string engineMessage) => status is { } code
        ? $"The container engine refused to {request} (HTTP {(int)code}): {engineMessage}"
        : $"The container engine's answer to '{request}' was cut off: {engineMessage}";
}
