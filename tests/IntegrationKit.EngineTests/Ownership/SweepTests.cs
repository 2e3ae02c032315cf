using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Faults;
using IntegrationKit.EngineTests.Support;
using IntegrationKit.Ownership;

namespace IntegrationKit.EngineTests.Ownership;

/// <summary>What a dead owner has left is removed, and nothing else is.</summary>
public sealed class SweepTests
{
    private const string StartLabel = "org.integrationkit.owner-start";
    private const string PidLabel = "org.integrationkit.owner-pid";
    private const string HostLabel = "org.integrationkit.host";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly string[] Unshared = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];

    [Fact]
    public async Task Sweep_removes_what_a_killed_owner_left()
    {
        await using var owner = await FaultyOwner.RunAsync(withWatchdog: false);
        Assert.Equal(3, (await owner.ResourcesAsync()).Count);
        await owner.KillAsync();

        await TestInfrastructure.SweepAsync(cancellationToken: Kit.Cancellation);

        // A test that runs at the same time may be sweeping too, and may have the removal under way.
        await owner.GoneAsync(Limit);
    }

    [Fact]
    public async Task Start_of_a_session_sweeps_in_the_background()
    {
        await using var dead = await FaultyOwner.RunAsync(withWatchdog: false);
        Assert.Equal(3, (await dead.ResourcesAsync()).Count);
        await dead.KillAsync();

        await using var next = await FaultyOwner.RunAsync();

        await dead.GoneAsync(Limit);
    }

    [Fact]
    public async Task Living_owner_keeps_what_it_has()
    {
        await using var owner = await FaultyOwner.RunAsync(withWatchdog: false);
        var before = await owner.ResourcesAsync();

        await TestInfrastructure.SweepAsync(cancellationToken: Kit.Cancellation);

        Assert.Equal(before, await owner.ResourcesAsync());
        Assert.Equal(3, before.Count);
    }

    [Fact]
    public async Task Owner_in_another_pid_namespace_is_not_touched_dead_or_alive()
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/unshare"), "A pid namespace needs root and unshare.");
        await using var owner = await FaultyOwner.RunAsync(withWatchdog: false, Unshared);
        await TestInfrastructure.SweepAsync(cancellationToken: Kit.Cancellation);
        Assert.Equal(3, (await owner.ResourcesAsync()).Count);

        await owner.KillAsync();
        await TestInfrastructure.SweepAsync(cancellationToken: Kit.Cancellation);
        await TestInfrastructure.SweepAsync(TimeSpan.FromHours(1), cancellationToken: Kit.Cancellation);
        Assert.Equal(3, (await owner.ResourcesAsync()).Count);
    }

    [Fact]
    public async Task Living_owner_whose_process_may_not_be_looked_at_keeps_what_it_has()
    {
        await using var living = await FaultyOwner.RunAsync(withWatchdog: false);
        await using var dead = await FaultyOwner.RunAsync(withWatchdog: false);
        var before = await living.ResourcesAsync();
        await dead.KillAsync();

        await RestrictedUser.SweepAsync();

        Assert.Equal(before, await living.ResourcesAsync());
        Assert.Equal(3, before.Count);
        await dead.GoneAsync(Limit);
    }

    [Fact]
    public async Task Same_process_number_with_another_start_counts_as_dead()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await CreateAsync(real, labels => labels[StartLabel] = "1");

        await TestInfrastructure.SweepAsync(cancellationToken: Kit.Cancellation);

        // Another sweep may have the removal under way.
        await Kit.UntilAsync(async () => await real.Containers.InspectAsync(id, Kit.Cancellation) is null, Limit);
    }

    [Theory]
    [InlineData(HostLabel, "another-host")]
    [InlineData(PidLabel, "no number")]
    [InlineData(null, null)]
    public async Task What_is_not_surely_dead_is_left_alone(string? label, string? value)
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await CreateAsync(real, labels =>
        {
            if (label is not null)
            {
                labels[label] = value!;
                labels[StartLabel] = "1";
            }
        });

        var swept = await TestInfrastructure.SweepAsync(cancellationToken: Kit.Cancellation);

        var left = await real.Containers.InspectAsync(id, Kit.Cancellation);
        Assert.NotNull(left);
        Assert.DoesNotContain(swept, each => each.Service == real.RunLabel);
    }

    [Fact]
    public async Task Old_thing_of_another_host_is_swept_by_age_and_returned()
    {
        await using var real = await RealEngine.ConnectAsync();
        var old = await CreateAsync(real, labels => labels[HostLabel] = "another-host", age: TimeSpan.FromDays(4000));
        var young = await CreateAsync(real, labels => labels[HostLabel] = "another-host");

        var swept = await TestInfrastructure.SweepAsync(TimeSpan.FromDays(3000), cancellationToken: Kit.Cancellation);

        var one = Assert.Single(swept, each => each.Service == real.RunLabel);
        Assert.Equal("container", one.Kind);
        Assert.InRange(one.CreatedAt!.Value, DateTimeOffset.UnixEpoch, TimeProvider.System.GetUtcNow().AddDays(-3999));
        Assert.Null(await real.Containers.InspectAsync(old, Kit.Cancellation));
        Assert.NotNull(await real.Containers.InspectAsync(young, Kit.Cancellation));
    }

    [Fact]
    public async Task Sweep_ends_when_it_is_cancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TestInfrastructure.SweepAsync(cancellationToken: new(canceled: true)));

    /// <summary>A container with the labels of this process, under a session of its own.</summary>
    private static Task<string> CreateAsync(RealEngine real, Action<Dictionary<string, string>> change, TimeSpan age = default)
    {
        var labels = ResourceLabels.LabelsFor(real.RunLabel, TimeProvider.System.GetUtcNow() - age);
        labels[ResourceLabels.IdLabel] = Kit.Unique("swept");
        change(labels);
        return real.CreateAsync(real.Spec("sleep 60") with { Labels = labels });
    }
}
