namespace IntegrationKit;

/// <summary>
/// Stops the shared servers when the assembly's tests have ended. The package makes it a fixture of the assembly by a build
/// property: <c>[assembly: AssemblyFixture(typeof(SharedServersFixture))]</c>.
/// </summary>
public sealed class SharedServersFixture : IAsyncDisposable
{
    /// <summary>Stops them, each as soon as no infrastructure uses it. Does nothing where none was started.</summary>
    public async ValueTask DisposeAsync() => await TestInfrastructure.StopSharedServersAsync().ConfigureAwait(false);
}
