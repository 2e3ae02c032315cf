namespace IntegrationKit;

/// <summary>A service was given a fixed port on which another program listens.</summary>
public sealed class PortInUseException : IntegrationKitException
{
    internal PortInUseException(string service, int port)
        : base(
            $"Service '{service}' cannot listen on 127.0.0.1:{port}: the port is in use. " +
            $"Stop what listens there (`{FindCommand(port)}` shows it), or leave Port unset for a free one.")
    {
        Service = service;
        Port = port;
    }

    /// <summary>The name of the service that could not start.</summary>
    public string Service { get; }

    /// <summary>The port that is in use.</summary>
    public int Port { get; }

    private static string FindCommand(int port) => OperatingSystem.IsLinux() ? $"ss -ltnp 'sport = :{port}'"
        : OperatingSystem.IsWindows() ? $"netstat -ano | findstr :{port}"
        : $"lsof -nP -iTCP:{port} -sTCP:LISTEN";
}
