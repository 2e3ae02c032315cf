using IntegrationKit.Engine;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.Ownership;

namespace IntegrationKit.EngineTests.Support;

/// <summary>Infrastructures for tests on the real engine, and a look at what they leave behind.</summary>
internal static class Kit
{
    public const string Busybox = "busybox:1";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A missing engine skips the test on a person's machine and fails it in CI.</summary>
    public static async Task<TestInfrastructure> CreateAsync(TestInfrastructureOptions? options = null)
    {
        await using var engine = await RealEngine.ConnectAsync();
        return new TestInfrastructure(options);
    }

    /// <summary>A service whose shell script runs as the container's main process.</summary>
    public static ContainerService Shell(string script, params int[] ports) =>
        new(Busybox) { Command = ["sh", "-c", script], Ports = [.. ports.Select(port => (PublishedPort)port)] };

    /// <summary>A service whose container answers HTTP GET / on port 8080.</summary>
    public static ContainerService WebServer() =>
        Shell("mkdir -p /www && echo hello > /www/index.html && exec httpd -f -p 8080 -h /www", 8080);

    /// <summary>Starts, and returns the exception that this ends in.</summary>
    public static async Task<TException> StartFailsAsync<TException>(TestInfrastructure infra)
        where TException : Exception
    {
        var error = await Assert.ThrowsAsync<TException>(() => infra.StartAllAsync(Cancellation));
        TestContext.Current.TestOutputHelper?.WriteLine(error.Message);
        return error;
    }

    /// <summary>The names of the containers, and the networks and volumes, that this process made for these services.</summary>
    public static async Task<IReadOnlyList<string>> LeftoversAsync(params string[] services)
    {
        await using var engine = await RealEngine.ConnectAsync();
        var containers = await engine.Api.Containers.ListAsync([ResourceLabels.Filter], Cancellation);
        return [.. containers.Where(each => services.Contains(each.Labels.GetValueOrDefault("org.integrationkit.service"))).Select(each => $"{each.Name} ({each.Status})")];
    }

    public static async Task<ContainerDetails?> InspectAsync(string id)
    {
        await using var engine = await RealEngine.ConnectAsync();
        return await engine.Api.Containers.InspectAsync(id, Cancellation);
    }

    /// <summary>Waits until the condition is true; fails after the limit, which is ten seconds by default.</summary>
    public static Task UntilAsync(Func<bool> condition, TimeSpan? limit = null) => UntilAsync(() => Task.FromResult(condition()), limit);

    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        var most = limit ?? Soon;
        var begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < most, $"Not so within {most.TotalSeconds} s.");
            await Task.Delay(Pause, TimeProvider.System, Cancellation);
        }
    }

    /// <summary>A name that no other test uses, so that leftovers can be told apart.</summary>
    public static string Unique(string name) => $"{name}-{Guid.NewGuid().ToString("N")[..8]}";
}
