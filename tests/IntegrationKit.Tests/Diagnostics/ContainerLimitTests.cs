namespace IntegrationKit.Tests.Diagnostics;

public sealed class ContainerLimitTests
{
    [Fact]
    public async Task Limits_that_no_engine_accepts_are_said_before_the_start()
    {
        await using var infra = new TestInfrastructure().Register("web", new ContainerService("web:1") { MemoryLimit = 64, Tmpfs = ["/data:size=1m", "/data"] });

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(TestContext.Current.CancellationToken));

        Assert.Contains("MemoryLimit is 64 bytes; an engine gives a container at least 6 MiB.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Tmpfs has '/data' more than once.", error.Message, StringComparison.Ordinal);
    }
}
