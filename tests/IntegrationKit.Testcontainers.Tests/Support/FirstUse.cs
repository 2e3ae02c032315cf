using IntegrationKit.Testcontainers.Tests.Support;

[assembly: AssemblyFixture(typeof(FirstUse))]

namespace IntegrationKit.Testcontainers.Tests.Support;

/// <summary>
/// Starts one container by the package before any test: Testcontainers settles the version of the engine's API at its first use in
/// the process, and some tests use it directly.
/// </summary>
public sealed class FirstUse : IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await using var infra = new TestInfrastructure().Register("first", Kit.Shell("exec sleep 1000", each => each));
        try
        {
            await infra.StartAllAsync();
        }
        catch (EngineUnavailableException)
        {
            // Each test says so.
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
