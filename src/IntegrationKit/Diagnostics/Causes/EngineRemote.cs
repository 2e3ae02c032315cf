using IntegrationKit.Diagnostics;

namespace IntegrationKit.Diagnostics.Causes;

/// <summary>The ports are published on a machine, or in a container's network, that this process cannot reach.</summary>
internal static class EngineRemote
{
    private static readonly string[] Signs = ["timed out", "no answer within", "unreachable", "No route to host"];

    public static string? Find(Exception cause, StartEvidence evidence)
    {
        if (evidence.LastReason(cause) is not { } reason || evidence.Launch is not { } launch)
        {
            return null;
        }

        var refused = NothingListens.IsRefused(reason);
        if (!launch.EngineIsLocal)
        {
            return refused || Signs.Any(sign => reason.Contains(sign, StringComparison.OrdinalIgnoreCase))
                ? $"The engine is on another machine ({launch.Engine}), and its published ports cannot be reached from here. Open them in its firewall, or use an engine on this machine."
                : null;
        }

        // An engine holds the ports of a running container, also one without a proxy that accepts connections in its place.
        // If nobody has them here, the engine's 127.0.0.1 is another one.
        return refused && evidence.PortsAreHere is not true
            ? $"The engine at {launch.Engine} publishes ports on its own 127.0.0.1, which is not this process's: it is behind a tunnel, or the tests run in a container. " +
              "Run the tests there, or set DOCKER_HOST to tcp:// and the address of the engine's machine, with PublishPortsOnAllInterfaces."
            : null;
    }
}
