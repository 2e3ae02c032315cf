using System.Net;
using System.Net.Sockets;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Security;

/// <summary>Services with a known password fail in every way, and it stands in nothing that the library says.</summary>
public sealed class NoSecretIsToldTests
{
    private const string Password = "Corr3ct-h0rse-b4ttery";

    private readonly Overheard _overheard = new();

    [Fact]
    public async Task Search_finds_a_planted_secret()
    {
        var service = Kit.Shell("echo \"using $PLAIN\"; exit 3", 80);

        await FailAsync(new ContainerService(service.Image) { Command = service.Command, Ports = [80], Environment = { ["PLAIN"] = Password } }, Password);

        Assert.NotEmpty(_overheard.With(Password));
    }

    [Fact]
    public async Task Failing_script_that_prints_the_password()
    {
        using var script = new TempFile("seed.sh", "echo \"I log in with $PGPASSWORD\" >&2; exit 3\n");

        await FailAsync(new PostgresService { Password = Password, InitScripts = [script.Path] }, "I log in with ***");
    }

    [Fact]
    public async Task Failing_Initialize_that_quotes_its_connection() =>
        await FailAsync(
            new PostgresService
            {
                Password = Password,
                Initialize = async (source, token) =>
                {
                    await source.RunAsync($"DO $$ BEGIN RAISE LOG 'password {Password}'; END $$");
                    throw new InvalidOperationException($"cannot migrate Password={Password}", new IOException(Password));
                },
            },
            "cannot migrate Password=***");

    [Fact]
    public async Task Container_that_logs_the_password_and_exits()
    {
        var service = Kit.Shell("echo \"cannot log in with $APP_PASSWORD\"; exit 3", 80);

        await FailAsync(
            new ContainerService(service.Image) { Command = service.Command, Ports = [80], Environment = { ["APP_PASSWORD"] = Password } },
            "cannot log in with ***");
    }

    [Fact]
    public async Task Container_that_logs_the_connection_string_of_another_service()
    {
        var postgres = new PostgresService { Password = Password };
        var service = new ContainerService(Kit.Busybox)
        {
            Command = ["sh", "-c", "echo \"cannot connect to $DB\"; exit 3"],
            Ports = [80],
            Environment = { ["DB"] = ServiceReference.To(postgres, each => each.NetworkConnectionString) },
        };
        await using var infra = (await CreateAsync()).Register("postgres", postgres).Register("api", service);

        await FailAsync(infra, "Password=***");
    }

    [Fact]
    public async Task Readiness_timeout_of_a_probe_that_names_the_password() =>
        await FailAsync(
            new RedisService
            {
                Password = Password,
                Readiness = Probe.Custom($"login with {Password}", (_, _) => throw new IOException($"{Password} was refused")),
                StartTimeout = TimeSpan.FromSeconds(2),
            },
            "login with ***");

    [Fact]
    public async Task Port_in_use()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        await FailAsync(new RedisService { Password = Password, Port = ((IPEndPoint)listener.LocalEndpoint).Port }, "The host port is taken");
    }

    [Fact]
    public async Task Image_missing() =>
        await FailAsync(new RedisService { Password = Password, Image = "integrationkit.invalid/no-such-image:1" }, "Pull or build it");

    [Fact]
    public async Task Server_that_refuses_its_command_line() =>
        await FailAsync(
            new RedisService { Password = Password + "\" x", Image = new PostgresService().Image, StartTimeout = TimeSpan.FromSeconds(5) }, "Its program ended");

    [Theory]
    [InlineData("SELECT '{0}'")]
    [InlineData("SELECT /* long enough for its end to be cut off where the message cuts a query: ..................... */ '{0}'")]
    public async Task Blocked_reset_that_quotes_a_query(string query)
    {
        var postgres = new PostgresService { Password = Password, Initialize = (source, _) => source.RunAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)") };
        await using var infra = (await CreateAsync()).Register("postgres", postgres);
        await infra.StartAllAsync(Kit.Cancellation);
        await using var connection = await postgres.OpenConnectionAsync(Kit.Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Kit.Cancellation);
        foreach (var sql in new[] { "INSERT INTO t VALUES (2)", string.Format(System.Globalization.CultureInfo.InvariantCulture, query, Password) })
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(Kit.Cancellation);
        }

        var error = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.ResetAllAsync(Kit.Cancellation));
        _overheard.Hear(error);

        Assert.Contains("last query: SELECT", error.Message, StringComparison.Ordinal);
        AssertSilence("***");
    }

    private Task<TestInfrastructure> CreateAsync() => Kit.CreateAsync(new() { LoggerFactory = _overheard, Progress = _overheard });

    private async Task FailAsync(ServerService service, string expected)
    {
        await using var infra = (await CreateAsync()).Register("service", service);
        await FailAsync(infra, expected);
    }

    private async Task FailAsync(TestInfrastructure infra, string expected)
    {
        _overheard.Hear(await Kit.StartFailsAsync<ServiceStartException>(infra));
        if (expected != Password)
        {
            AssertSilence(expected);
        }
    }

    private void AssertSilence(string expected)
    {
        Assert.Contains(_overheard.Words, each => each.Contains(expected, StringComparison.Ordinal));
        Assert.Empty(_overheard.With(Password[..8]));
    }
}
