using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Sharing;

/// <summary>Tests of shared servers, one at a time: a server is found by its settings in the whole process.</summary>
[CollectionDefinition(nameof(SharedKit))]
public sealed class SharedKit
{
    /// <summary>An infrastructure that shares its servers with all that have the same mark.</summary>
    internal static async Task<TestInfrastructure> StartAsync(params TestService[] services)
    {
        var infra = await CreateAsync(services);
        return await infra.StartAllAsync(Kit.Cancellation);
    }

    internal static async Task<TestInfrastructure> CreateAsync(params TestService[] services)
    {
        var infra = await Kit.CreateAsync(new() { ShareServers = true });
        foreach (var (i, service) in services.Index())
        {
            infra.Register($"{service.GetType().Name[..5].ToLowerInvariant()}{i}", service);
        }

        return infra;
    }

    /// <summary>A label that tells a test's servers from those of others.</summary>
    internal static Dictionary<string, string> Mark() => new(StringComparer.Ordinal) { ["test"] = Kit.Unique("shared") };

    /// <summary>Stops the shared servers when a class is through.</summary>
    public sealed class EndOfRun : IAsyncLifetime
    {
        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public async ValueTask DisposeAsync() => await TestInfrastructure.StopSharedServersAsync(CancellationToken.None);
    }
}
