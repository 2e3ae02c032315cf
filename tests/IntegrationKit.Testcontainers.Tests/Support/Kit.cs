using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using IntegrationKit.Engine;
using IntegrationKit.Ownership;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.PostgreSql;
using Testcontainers.Redis;

namespace IntegrationKit.Testcontainers.Tests.Support;

/// <summary>Services around modules of Testcontainers, and a look at what they leave behind.</summary>
internal static class Kit
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly string? Prefix = Environment.GetEnvironmentVariable("INTEGRATIONKIT_IMAGE_PREFIX");

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An image's full name; the prefix is for machines that cannot reach a registry.</summary>
    public static string Image(string name) => string.IsNullOrEmpty(Prefix) ? name : $"{Prefix}/{name}";

    public static TestcontainersService<PostgreSqlContainer> Postgres() => new(labels =>
        new PostgreSqlBuilder(Image("postgres:15")).WithLogger(NullLogger.Instance).WithLabel(labels).Build());

    public static TestcontainersService<RedisContainer> Redis(Func<RedisContainer, CancellationToken, Task>? reset = null) =>
        new(labels => new RedisBuilder(Image("redis:7")).WithLogger(NullLogger.Instance).WithLabel(labels).Build()) { Reset = reset };

    /// <summary>A builder of a container whose shell script runs as its main process.</summary>
    public static ContainerBuilder Shell(string script) => new ContainerBuilder(Image("busybox:1")).WithLogger(NullLogger.Instance).WithCommand("sh", "-c", script);

    /// <summary>A service whose shell script runs as the container's main process.</summary>
    public static TestcontainersService<IContainer> Shell(string script, Func<ContainerBuilder, ContainerBuilder> settings, TimeSpan? startTimeout = null) =>
        new(labels => settings(Shell(script)).WithLabel(labels).Build()) { StartTimeout = startTimeout ?? TimeSpan.FromSeconds(60) };

    /// <summary>A missing engine skips the test on a person's machine and fails it in CI.</summary>
    public static async Task<IContainerEngine> ConnectAsync()
    {
        try
        {
            return await EngineConnector.ConnectAsync(endpoint: null, TimeSpan.FromSeconds(5), TimeProvider.System, Cancellation);
        }
        catch (EngineUnavailableException e) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    public static async Task<TestInfrastructure> CreateAsync(TestInfrastructureOptions? options = null)
    {
        await using var engine = await ConnectAsync();
        return new(options);
    }

    /// <summary>Starts, sees it fail, sees that nothing is left, and returns the reason.</summary>
    public static async Task<ServiceStartException> StartFailsAsync(TestService service, TestInfrastructureOptions? options = null)
    {
        var name = Unique("failing");
        await using var infra = (await CreateAsync(options)).Register(name, service);
        var error = await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation));
        TestContext.Current.TestOutputHelper?.WriteLine(error.Message);
        Assert.Empty(await LeftoversAsync(name));
        return error;
    }

    /// <summary>The containers, networks and volumes that this process made for a service.</summary>
    public static async Task<IReadOnlyList<string>> LeftoversAsync(string service)
    {
        await using var engine = await ConnectAsync();
        return await ListAsync(engine, ResourceLabels.Filter, $"{ResourceLabels.ServiceLabel}={service}");
    }

    public static async Task<IReadOnlyList<string>> ListAsync(IContainerEngine engine, params string[] labels) =>
    [
        .. (await engine.Containers.ListAsync(labels, CancellationToken.None)).Select(each => $"{each.Name} ({each.Status})"),
        .. (await engine.Networks.ListAsync(labels, CancellationToken.None)).Select(each => each.Name),
        .. (await engine.Volumes.ListAsync(labels, CancellationToken.None)).Select(each => each.Name),
    ];

    /// <summary>A name that no other test uses, so that leftovers can be told apart.</summary>
    public static string Unique(string name) => $"{name}-{Guid.NewGuid().ToString("N")[..8]}";

    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < limit, $"Not so within {limit.TotalSeconds} s.");
            await Task.Delay(Pause, TimeProvider.System, Cancellation);
        }
    }
}
