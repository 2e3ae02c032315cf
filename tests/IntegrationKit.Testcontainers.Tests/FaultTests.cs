using System.Globalization;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using IntegrationKit.Testcontainers.Tests.Support;

namespace IntegrationKit.Testcontainers.Tests;

/// <summary>Containers that do not get ready, or end, on the real engine.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>Never ready, and Testcontainers would wait an hour for it.</summary>
    private static ContainerBuilder WaitForever(ContainerBuilder box) =>
        box.WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("never", each => each.WithMode(WaitStrategyMode.OneShot)));

    [Theory]
    [InlineData("echo no configuration >&2; exit 3")]
    [InlineData("sleep 1; echo no configuration >&2; exit 3")]
    public async Task Container_that_exits_ends_the_wait_at_once_and_its_message_says_why(string script)
    {
        var begun = TimeProvider.System.GetTimestamp();

        var error = await Kit.StartFailsAsync(Kit.Shell(script, box => WaitForever(box).WithPortBinding(80, assignRandomHostPort: true)));

        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, Soon);
        Assert.Equal(3, Assert.IsType<ContainerExitedException>(error.Cause).ExitCode);
        Assert.Equal(["no configuration"], error.Container!.LastLogLines);
        Assert.Contains("Its container exited with code 3.", error.Message, StringComparison.Ordinal);
        Assert.Contains("saying: no configuration", error.LikelyCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_of_the_container_ends_the_wait_soon()
    {
        var service = Kit.Shell("sleep 1; exit 3", WaitForever);

        var error = await Kit.StartFailsAsync(service);

        // By the engine's clock, which is this machine's where the engine is local.
        var late = TimeProvider.System.GetUtcNow() - error.Container!.EndedAt!.Value;
        TestContext.Current.TestOutputHelper?.WriteLine($"Noticed, explained and removed {late.TotalMilliseconds:0} ms after the end");
        Assert.InRange(late, TimeSpan.Zero, Soon);
    }

    [Fact]
    public async Task Start_timeout_holds_where_testcontainers_would_wait_an_hour()
    {
        var service = Kit.Shell("echo started; exec sleep 1000", WaitForever, startTimeout: TimeSpan.FromSeconds(2));
        var begun = TimeProvider.System.GetTimestamp();

        var error = await Kit.StartFailsAsync(service);

        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2) + Soon);
        Assert.IsType<ReadinessTimeoutException>(error.Cause);
        Assert.Equal("the container's wait strategy", error.WaitingFor);
        Assert.Equal(["started"], error.Container!.LastLogLines);
        Assert.Equal("running", error.Container.Status);
    }

    [Fact]
    public async Task Time_out_of_a_wait_strategy_is_told_with_the_container()
    {
        var service = Kit.Shell("echo started; exec sleep 1000", box => box.WithWaitStrategy(
            Wait.ForUnixContainer().UntilMessageIsLogged("never", each => each.WithTimeout(TimeSpan.FromSeconds(1)))));

        var error = await Kit.StartFailsAsync(service);

        Assert.Contains("Testcontainers stopped waiting", error.Message, StringComparison.Ordinal);
        Assert.Equal(["started"], error.Container!.LastLogLines);
    }

    [Fact]
    public async Task Cancelled_start_leaves_nothing()
    {
        var name = Kit.Unique("cancelled");
        var created = new TaskCompletionSource();
        var service = new TestcontainersService<IContainer>(labels =>
        {
            var container = WaitForever(Kit.Shell("exec sleep 1000")).WithLabel(labels).Build();
            container.Creating += (_, _) => created.SetResult();
            return container;
        });
        await using var infra = (await Kit.CreateAsync()).Register(name, service);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Kit.Cancellation);
        var start = infra.StartAllAsync(cancellation.Token);
        await created.Task.WaitAsync(Soon, TimeProvider.System, Kit.Cancellation);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.WaitAsync(Soon, TimeProvider.System, Kit.Cancellation));
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task Kill_of_the_container_is_noticed()
    {
        var redis = Kit.Redis();
        await using var infra = (await Kit.CreateAsync()).Register("victim", redis);
        await infra.StartAllAsync(Kit.Cancellation);
        await infra.CheckAllAsync(Kit.Cancellation);

        await redis.Container.ExecAsync(["redis-cli", "shutdown", "nosave"], Kit.Cancellation);

        await Kit.UntilAsync(async () => await Record.ExceptionAsync(() => infra.CheckAllAsync(Kit.Cancellation)) is ServiceOperationException, Soon);
        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.ResetAllAsync(Kit.Cancellation));
        Assert.Contains("Its container has ended with exit code 0.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_that_the_test_restarts_counts_as_running()
    {
        var redis = Kit.Redis();
        await using var infra = (await Kit.CreateAsync()).Register("restarted", redis);
        await infra.StartAllAsync(Kit.Cancellation);
        await redis.Container.StopAsync(Kit.Cancellation);
        await Assert.ThrowsAsync<ServiceOperationException>(() => infra.CheckAllAsync(Kit.Cancellation));

        await redis.Container.StartAsync(Kit.Cancellation);

        await infra.CheckAllAsync(Kit.Cancellation);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(5, true)]
    [InlineData(5, true, 0.3)]
    public async Task Container_that_does_one_thing_is_ready_where_that_was_said_and_it_ends_well(int exitCode, bool endsByItself, double secondsUntilEnd = 0)
    {
        var service = new TestcontainersService<IContainer>(labels => Kit.Shell($"echo done; sleep {secondsUntilEnd.ToString(CultureInfo.InvariantCulture)}; exit {exitCode}")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged(endsByItself ? "done" : "never logged", each => each.WithMode(WaitStrategyMode.OneShot))).WithLabel(labels).Build())
        {
            EndsByItself = endsByItself,
        };
        if (exitCode > 0 || !endsByItself)
        {
            var error = await Kit.StartFailsAsync(service);
            Assert.Equal(exitCode, Assert.IsType<ContainerExitedException>(error.Cause).ExitCode);
            return;
        }

        await using var infra = (await Kit.CreateAsync()).Register("migration", service);
        await infra.StartAllAsync(Kit.Cancellation);
        await infra.CheckAllAsync(Kit.Cancellation);
    }

    [Fact]
    public async Task Command_that_is_not_in_the_image_is_told_in_the_engines_words()
    {
        var service = new TestcontainersService<IContainer>(labels => new ContainerBuilder(Kit.Image("busybox:1")).WithCommand("no-such-command").WithLabel(labels).Build());

        var error = await Kit.StartFailsAsync(service);

        Assert.Contains("no-such-command", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_that_is_taken_is_told_in_the_engines_words()
    {
        using var holder = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, port: 0);
        holder.Start();
        var port = ((System.Net.IPEndPoint)holder.LocalEndpoint).Port;

        var error = await Kit.StartFailsAsync(Kit.Shell("exec sleep 1000", box => box.WithPortBinding(port, 80)));

        Assert.Contains("address already in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_counts_against_no_limit_and_an_image_that_is_nowhere_is_told()
    {
        // Testcontainers tries three times, with pauses of more than a second.
        var service = new TestcontainersService<IContainer>(labels => new ContainerBuilder("integrationkit.invalid/nowhere:1").WithLabel(labels).Build())
        {
            StartTimeout = TimeSpan.FromSeconds(1),
        };

        var error = await Kit.StartFailsAsync(service);

        Assert.IsType<IntegrationKitException>(error.Cause);
        Assert.Equal("Testcontainers to create a container of integrationkit.invalid/nowhere:1", error.WaitingFor);
        Assert.True(error.Elapsed > service.StartTimeout);
    }

    [Fact]
    public async Task Container_whose_files_cannot_be_copied_in_is_shown_and_removed()
    {
        var error = await Kit.StartFailsAsync(Kit.Shell("exec sleep 1000", box => box.WithCreateParameterModifier(each => each.HostConfig!.ReadonlyRootfs = true)
            .WithResourceMapping("content"u8.ToArray(), "/file")));

        // The engine refuses the files before it has read them, and the client may still be writing.
        Assert.Matches("read-only|broke off a call of Testcontainers: (?!The request)", error.Message);
        Assert.Equal("created", error.Container!.Status);
    }

    [Fact]
    public async Task Delegate_that_ignores_the_labels_is_told_before_anything_is_made()
    {
        var service = new TestcontainersService<IContainer>(_ => Kit.Shell("exec sleep 1000").Build());

        var error = await Kit.StartFailsAsync(service);

        Assert.Contains("has not used the labels that it was given. Pass them to WithLabel", error.Message, StringComparison.Ordinal);
        Assert.Null(error.Container);
    }

    [Fact]
    public async Task Container_without_the_labels_is_refused_and_removed()
    {
        var id = string.Empty;
        var service = new TestcontainersService<IContainer>(labels =>
        {
            // Of the labels only the one that says that no reaper is needed.
            var reaper = labels.Single(each => each.Key == ResourceReaper.ResourceReaperSessionLabel);
            var container = Kit.Shell("exec sleep 1000").WithLabel(reaper.Key, reaper.Value).Build();
            container.Created += (_, _) => id = container.Id;
            return container;
        });

        var error = await Kit.StartFailsAsync(service);

        Assert.Contains("does not carry the labels", error.Message, StringComparison.Ordinal);
        Assert.Contains("Pass them to WithLabel", error.Message, StringComparison.Ordinal);
        await using var engine = await Kit.ConnectAsync();
        Assert.Null(await engine.Containers.InspectAsync(id, Kit.Cancellation));
    }

    [Fact]
    public async Task Delegate_that_throws_or_returns_null_or_blocks_is_told()
    {
        var thrown = await Kit.StartFailsAsync(new TestcontainersService<IContainer>(_ => throw new InvalidOperationException("no licence")));
        Assert.Contains("no licence", thrown.Message, StringComparison.Ordinal);
        Assert.Equal("the delegate that builds its container", thrown.WaitingFor);

        var empty = await Kit.StartFailsAsync(new TestcontainersService<IContainer>(_ => null!));
        Assert.Contains("has returned null", empty.Message, StringComparison.Ordinal);

        using var release = new ManualResetEventSlim();
        var blocked = await Kit.StartFailsAsync(new TestcontainersService<IContainer>(_ =>
        {
            release.Wait(CancellationToken.None);
            throw new InvalidOperationException();
        })
        {
            StartTimeout = TimeSpan.FromMilliseconds(500),
        });
        release.Set();
        Assert.Contains("the delegate that builds its container, which still runs", blocked.Message, StringComparison.Ordinal);
    }
}
