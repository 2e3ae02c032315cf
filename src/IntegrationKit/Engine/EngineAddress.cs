namespace IntegrationKit.Engine;

/// <summary>Reads an engine's address as people write it in <c>DOCKER_HOST</c> and in options.</summary>
internal static class EngineAddress
{
    private const int PlainTcpPort = 2375;

    /// <summary>Null, and the reason, where the address cannot be used.</summary>
    public static Uri? Parse(string text, out string reason)
    {
        reason = string.Empty;
        if (text.StartsWith('/') || text.StartsWith("unix://", StringComparison.OrdinalIgnoreCase))
        {
            return ParseUnix(text.StartsWith('/') ? text : text["unix://".Length..], ref reason);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            reason = "malformed address: write unix:///path/to/docker.sock or tcp://host:port";
            return null;
        }

        switch (uri.Scheme)
        {
            case "tcp" or "http" when uri.Host.Length > 0:
                return new Uri($"tcp://{uri.Host}:{(uri.Port > 0 ? uri.Port : PlainTcpPort)}");
            case "https":
                reason = "TLS is not supported yet: use a unix socket or a plain tcp address";
                return null;
            case "npipe" or "ssh":
                reason = $"{uri.Scheme} is not supported yet: use a unix socket or a tcp address";
                return null;
            default:
                reason = "malformed address: write unix:///path/to/docker.sock or tcp://host:port";
                return null;
        }
    }

    private static Uri? ParseUnix(string path, ref string reason)
    {
        if (!path.StartsWith('/'))
        {
            reason = "malformed address: the path of a unix socket begins with a slash, as in unix:///var/run/docker.sock";
            return null;
        }

        // Each segment is escaped, so that a space, # or ? in a path stays part of it.
        return new Uri("unix://" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
    }
}
