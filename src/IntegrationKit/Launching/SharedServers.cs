namespace IntegrationKit.Launching;

/// <summary>The servers that the infrastructures of this process share.</summary>
internal static class SharedServers
{
    public static Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask.WaitAsync(cancellationToken);
}
