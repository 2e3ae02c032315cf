using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Services;

/// <summary>A service by the open shape, without slices.</summary>
public sealed class OwnServiceTests
{
    [Fact]
    public async Task Files_are_there_when_the_server_starts_and_carry_its_secrets()
    {
        var service = new ConfiguredService("/opt/made for it/app.conf");
        await using var infra = (await Kit.CreateAsync()).Register("configured", service);
        await infra.StartAllAsync(Kit.Cancellation);

        var asOther = await service.ExecAsync(["su", "nobody", "-s", "/bin/sh", "-c", $"cat '{service.Path}'"], Kit.Cancellation);

        Assert.Equal($"secret: {service.Secret}", asOther.Output);
        Assert.Equal(24, service.Secret.Length);
    }

    [Theory]
    [InlineData("app.conf", "must be the absolute path")]
    [InlineData("/data/app.conf", "/data is kept in memory")]
    public async Task File_that_cannot_be_put_fails_the_start_and_nothing_is_left(string path, string problem)
    {
        var name = Kit.Unique("misplaced");
        await using var infra = (await Kit.CreateAsync()).Register(name, new ConfiguredService(path));

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Server_is_reset_by_its_service_once_something_was_handed_out()
    {
        var service = new ConfiguredService("/app.conf");
        await using var infra = (await Kit.CreateAsync()).Register("configured", service);
        Assert.Contains("Secret of service 'configured'", Assert.Throws<InvalidOperationException>(() => service.Secret).Message, StringComparison.Ordinal);
        await infra.StartAllAsync(Kit.Cancellation);

        await infra.ResetAllAsync(Kit.Cancellation);
        Assert.Empty(service.Resets);
        _ = service.Secret;
        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.Equal([service.ContainerId], service.Resets);
    }

    private sealed class ConfiguredService(string path) : ServerService(Kit.Busybox)
    {
        public string Path => path;

        public string Secret => GetServer().GetSecret("secret");

        public List<string> Resets { get; } = [];

        protected override ServerSpec Describe(DescribeContext context) => new()
        {
            Command = ["sh", "-c", $"test -f '{path}' && echo configured && exec sleep 600"],
            Files = new Dictionary<string, string> { [path] = $"secret: {context.GetSecret("secret")}" },
            Tmpfs = ["/data"],
            Readiness = Probe.Log("configured"),
        };

        protected override Task ResetServerAsync(Server server, CancellationToken cancellationToken)
        {
            Resets.Add(server.Id);
            return Task.CompletedTask;
        }
    }
}
