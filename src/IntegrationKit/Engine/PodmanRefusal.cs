using System.Net;

namespace IntegrationKit.Engine;

/// <summary>
/// Podman answers some refusals with status 500, where Docker has one that tells what was wrong. It names the reason beside its
/// message. Source: libpod/define/errors.go of Podman 5.4.
/// </summary>
internal static class PodmanRefusal
{
    /// <summary>The status that Docker gives for the same; 500 where the reason is another.</summary>
    public static HttpStatusCode Classify(string body) => EngineMessage.Member(body, "cause") switch
    {
        "network is being used" => HttpStatusCode.Forbidden,
        "container state improper" or "exec session state improper" or "container is stopped" or "volume is being used"
            or "that name is already in use" or "container already exists" or "network already exists" => HttpStatusCode.Conflict,
        "no such container" or "no such exec session" or "no such volume" or "network not found" or "image not known"
            or "container has already been removed" => HttpStatusCode.NotFound,
        _ => HttpStatusCode.InternalServerError,
    };
}
