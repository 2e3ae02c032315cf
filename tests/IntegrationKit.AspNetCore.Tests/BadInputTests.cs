extern alias ArgsApp;

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FaultyApp;
using IntegrationKit.AspNetCore.Tests.Support;

namespace IntegrationKit.AspNetCore.Tests;

/// <summary>Applications that do not start: a clear error each, and nothing left behind.</summary>
public sealed class BadInputTests : IDisposable
{
    public BadInputTests() => Signals.Rewind();

    public void Dispose() => Signals.Release.Set();

    [Theory]
    [InlineData("throws", "threw InvalidOperationException before its host was built: The fuse is blown.")]
    [InlineData("returns", "has returned without building a host")]
    [InlineData("builds only", "has built its host and returned without starting it")]
    [InlineData("throws while starting", "threw InvalidOperationException while it started: The worker has no work.")]
    [InlineData("stops", "has stopped by itself before GET /health was answered")]
    public async Task Program_that_cannot_start_is_told_at_once(string fault, string message)
    {
        var error = await Apps.StartFailsAsync(Faulty(fault));

        Assert.Contains("FaultyApp.EntryPoint of FaultyApp", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal("FaultyApp.EntryPoint", error.EntryPoint);
    }

    [Fact]
    public async Task Host_that_fails_to_start_is_told_with_its_reason_each_time()
    {
        for (var run = 0; run < 100; run++)
        {
            var error = await Assert.ThrowsAsync<ServiceStartException>(() => Apps.StartAsync(Faulty("throws while starting")));

            Assert.Contains("threw InvalidOperationException while it started: The worker has no work.", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("hangs", "has not built its host")]
    [InlineData("never runs", "has built its host, which does not listen")]
    [InlineData("hangs while starting", "has built its host, which does not listen")]
    [InlineData("unhealthy", "GET /health did not answer 200 to 299. Its last answer: 503 Service Unavailable.")]
    public async Task Program_that_is_never_ready_is_cut_by_its_own_limit(string fault, string message)
    {
        var error = await Apps.StartFailsAsync(Faulty(fault, TimeSpan.FromSeconds(2)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("the limit of 2 s, its StartTimeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_that_hangs_holds_up_no_other_beyond_its_limit()
    {
        var hanging = Assert.ThrowsAsync<ServiceStartException>(() => Apps.StartAsync(Faulty("hangs", TimeSpan.FromSeconds(3))));
        await Signals.Reached.WaitAsync(Apps.Cancellation);
        var impatient = Assert.ThrowsAsync<ServiceStartException>(() => Apps.StartAsync(Faulty("none", TimeSpan.FromSeconds(1))));
        var app = Healthy();

        await using var infra = await Apps.StartAsync(app);

        Assert.Contains("has not built its host", (await hanging).Message, StringComparison.Ordinal);
        Assert.Contains("It was not its turn: another application", (await impatient).Message, StringComparison.Ordinal);
        using var client = app.CreateClient();
        Assert.Equal("healthy", await Apps.GetAsync(client, "health"));
    }

    [Fact]
    public async Task Program_whose_start_was_cancelled_is_refused_a_host()
    {
        await Apps.StartFailsAsync(Faulty("hangs", TimeSpan.FromSeconds(1)));

        Signals.Release.Set();

        await Signals.Refused.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Apps.Cancellation);
    }

    [Fact]
    public async Task Cancelled_start_is_a_cancellation_and_leaves_nothing()
    {
        var before = Apps.Variables();
        using var cancel = new CancellationTokenSource();
        await using var infra = new TestInfrastructure().Register("api", Faulty("hangs"));
        var starting = infra.StartAllAsync(cancel.Token);
        await Signals.Reached.WaitAsync(Apps.Cancellation);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);

        Assert.Equal(before, Apps.Variables());
    }

    [Fact]
    public async Task Port_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var error = await Apps.StartFailsAsync(new WebAppService<EntryPoint> { Settings = { ["Fault"] = "none" }, Port = port });

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"cannot listen on 127.0.0.1:{port}: the port is in use."), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Misspelt_key_is_told_beside_the_failure()
    {
        var error = await Apps.StartFailsAsync(new WebAppService<EntryPoint> { Settings = { ["Fault"] = "misspelt", ["ConnectionStrings:Order"] = "Host=given" } });

        Assert.Contains("It has not read the setting 'ConnectionStrings:Order' (did you mean 'ConnectionStrings:Orders'?)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_of_the_application_is_told_without_secrets()
    {
        var error = await Apps.StartFailsAsync(new WebAppService<EntryPoint>
        {
            Settings = { ["Fault"] = "logs and throws", ["ConnectionStrings:Orders"] = "Host=db;Password=s3cret-word;Username=me" },
        });

        Assert.Contains("Connecting with Host=db;Password=***;Username=me fails", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-word", string.Concat(error.LastLogLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exception_of_the_application_is_told_without_secrets()
    {
        var error = await Assert.ThrowsAsync<ServiceStartException>(() => Apps.StartAsync(new WebAppService<EntryPoint>
        {
            Settings = { ["Fault"] = "logs and throws", ["ConnectionStrings:Orders"] = "Host=db;Password=s3cret-word;Username=me" },
        }));

        Assert.Contains("There is no server at Host=db;Password=***", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-word", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reference_to_a_service_that_is_not_registered_is_told_before_the_start()
    {
        var postgres = new PostgresService();
        await using var infra = new TestInfrastructure().Register("api", new WebAppService<EntryPoint>
        {
            Settings = { ["ConnectionStrings:Orders"] = ServiceReference.To(postgres, each => each.ConnectionString) },
        });

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(Apps.Cancellation));

        Assert.Contains("Service 'api' refers to a PostgresService that is not registered here.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Impossible_settings_are_told_together()
    {
        await using var infra = new TestInfrastructure().Register("api", new WebAppService<TestInfrastructure>
        {
            Port = 70_000,
            ReadyPath = "health",
            ContentRoot = "/no/such/folder",
            Settings = { ["ConnectionStrings__Orders"] = "x", ["urls"] = "x", ["a=b"] = "x" },
        });

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(Apps.Cancellation));

        Assert.Equal(7, error.Problems.Count);
        Assert.Contains(error.Problems, each => each.Contains("IntegrationKit.TestInfrastructure of IntegrationKit is in no program", StringComparison.Ordinal));
        Assert.Contains(error.Problems, each => each.Contains("Write 'ConnectionStrings:Orders'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Port_that_another_service_asks_for_is_told_with_the_other_mistakes()
    {
        await using var infra = new TestInfrastructure()
            .Register("api", new WebAppService<EntryPoint> { Port = 18_080, ReadyPath = "health" })
            .Register("payments", new ExternalServiceMock { Port = 18_080 });

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(Apps.Cancellation));

        Assert.Equal(2, error.Problems.Count);
        Assert.Contains(error.Problems, each => each.StartsWith("The host port 18080 is asked for by 'api' and 'payments'.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ConfigureServices_that_throws_is_named()
    {
        var error = await Apps.StartFailsAsync(new WebAppService<EntryPoint>
        {
            Settings = { ["Fault"] = "none" },
            ConfigureServices = _ => throw new InvalidOperationException("There is no clock."),
        });

        Assert.Contains("The ConfigureServices of the test threw InvalidOperationException: There is no clock.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigureServices_that_blocks_is_named_and_holds_up_no_other_beyond_its_limit()
    {
        var error = await Apps.StartFailsAsync(new WebAppService<EntryPoint>
        {
            Settings = { ["Fault"] = "none" },
            ConfigureServices = _ => Signals.Release.Wait(CancellationToken.None),
            StartTimeout = TimeSpan.FromSeconds(2),
        });

        Assert.Contains("The ConfigureServices of the test has not returned. This was the limit of 2 s, its StartTimeout.", error.Message, StringComparison.Ordinal);
        await using var infra = await Apps.StartAsync(Healthy());
    }

    [Fact]
    public async Task Setting_whose_value_blocks_is_named_at_the_limit()
    {
        var mock = new ExternalServiceMock();
        await using var infra = new TestInfrastructure().Register("mock", mock).Register("api", new WebAppService<EntryPoint>
        {
            Settings = { ["Fault"] = ServiceReference.To(mock, Block) },
            StartTimeout = TimeSpan.FromSeconds(1),
        });

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Apps.Cancellation));

        Assert.Equal("the value of the setting 'Fault'", error.WaitingFor);

        static string Block(ExternalServiceMock mock)
        {
            Signals.Release.Wait(CancellationToken.None);
            return "none";
        }
    }

    private static WebAppService<EntryPoint> Healthy() => new() { Settings = { ["Fault"] = "none" }, ReadyPath = "/health" };

    private static WebAppService<EntryPoint> Faulty(string fault, TimeSpan? limit = null) => new()
    {
        Settings = { ["Fault"] = fault },
        ReadyPath = "/health",
        StartTimeout = limit ?? TimeSpan.FromSeconds(60),
    };
}
