namespace IntegrationKit;

/// <summary>
/// Stops the shared servers when the assembly's tests are done. A property of the package makes it a fixture of the
/// assembly: <c>[assembly: AssemblyFixture(typeof(SharedServersFixture))]</c>.
/// </summary>
public sealed class SharedServersFixture : IAsyncDisposable
{
    /// <summary>Stops them, each as soon as nobody uses it. Nothing happens where none was started.</summary>
    public async ValueTask DisposeAsync() => await TestInfrastructure.StopSharedServersAsync().ConfigureAwait(false);
}
