using System.Collections.Concurrent;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Services;

/// <summary>Containers that do one thing and end, such as a migration.</summary>
public sealed class OneShotTests : IProgress<ServiceProgress>
{
    private readonly ConcurrentQueue<(string Service, ServiceStage Stage)> _stages = new();

    void IProgress<ServiceProgress>.Report(ServiceProgress value) => _stages.Enqueue((value.Service, value.Stage));

    [Fact]
    public async Task Container_that_ends_by_itself_is_ready_when_it_has_ended_and_its_dependents_start_after_that()
    {
        var (job, web) = (Kit.Unique("job"), Kit.Unique("web"));
        var migration = new ContainerService(Kit.Busybox) { Command = ["sh", "-c", "sleep 0.5; echo migrated"], EndsByItself = true, Ports = [80] };
        var server = new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], DependsOn = [migration] };
        await using var infra = (await Kit.CreateAsync(new() { Progress = this })).Register(web, server).Register(job, migration);

        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal("exited", (await Kit.InspectAsync(migration.ContainerId))!.Status);
        Assert.True(_stages.ToList().IndexOf((job, ServiceStage.Ready)) < _stages.ToList().IndexOf((web, ServiceStage.Starting)), "The dependent has not waited.");
        await infra.ResetAllAsync(Kit.Cancellation);
        await infra.CheckAllAsync(Kit.Cancellation);
        Assert.Equal("migrated", (await migration.ReadLogAsync(Kit.Cancellation).SingleAsync(Kit.Cancellation)).Text);
        await infra.StopAllAsync(Kit.Cancellation);
        Assert.Empty(await Kit.LeftoversAsync(job, web));
    }

    [Fact]
    public async Task Container_that_ends_by_itself_with_another_exit_code_fails_the_start_and_no_dependent_starts()
    {
        var (job, web) = (Kit.Unique("job"), Kit.Unique("web"));
        var migration = new ContainerService(Kit.Busybox) { Command = ["sh", "-c", "sleep 0.5; echo no such table; exit 3"], EndsByItself = true };
        var server = new ContainerService(Kit.Busybox) { Command = ["sleep", "1000"], DependsOn = [migration] };
        await using var infra = (await Kit.CreateAsync(new() { Progress = this })).Register(web, server).Register(job, migration);

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Equal(job, error.ServiceName);
        Assert.Equal(3, Assert.IsType<ContainerExitedException>(error.Cause).ExitCode);
        Assert.Equal("its container to end by itself", error.WaitingFor);
        Assert.Equal(["no such table"], error.Container!.LastLogLines);
        Assert.DoesNotContain((web, ServiceStage.Starting), _stages);
        Assert.Empty(await Kit.LeftoversAsync(job, web));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Last_line_of_a_container_that_has_ended_well_is_found_by_a_log_probe(bool endsByItself)
    {
        var job = new ContainerService(Kit.Busybox) { Command = ["echo", "migrated"], Readiness = Probe.Log("^migrated$"), EndsByItself = endsByItself };
        await using var infra = (await Kit.CreateAsync()).Register("job", job);

        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal(ServiceState.Running, job.State);
    }
}
