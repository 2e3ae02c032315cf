extern alias ArgsApp;

using System.Net.Http.Json;
using IntegrationKit.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace IntegrationKit.AspNetCore.Tests;

/// <summary>The application over a real database and a mock, as its user's tests have it.</summary>
public sealed class PostgresTests
{
    [Fact]
    public async Task Application_uses_the_database_and_the_mock_that_its_settings_refer_to()
    {
        await Engines.NeedOneAsync();
        var postgres = new PostgresService
        {
            Database = "orders",
            Initialize = async (database, cancellation) =>
            {
                await using var create = database.CreateCommand("CREATE TABLE orders (name text PRIMARY KEY)");
                await create.ExecuteNonQueryAsync(cancellation);
            },
        };
        var payments = new ExternalServiceMock();
        payments.When("POST", "/payments").Respond(200, new { paymentId = "pay_1" });
        var app = new WebAppService<ArgsApp::Program>
        {
            Settings =
            {
                ["ConnectionStrings:Orders"] = ServiceReference.To(postgres, each => each.ConnectionString),
                ["Payments:BaseAddress"] = ServiceReference.To(payments, each => each.BaseAddress),
            },
            ReadyPath = "/health",
        };
        await using var infra = new TestInfrastructure().Register("api", app).Register("postgres", postgres).Register("payments", payments);
        await infra.StartAllAsync(Apps.Cancellation);

        using var client = app.CreateClient();
        using var placed = await client.PostAsJsonAsync("orders/first", new { }, Apps.Cancellation);
        placed.EnsureSuccessStatusCode();

        payments.Verify("POST", "/payments", times: 1);
        Assert.Equal("first", await Apps.GetAsync(client, "orders"));
        await infra.ResetAllAsync(Apps.Cancellation);
        Assert.Equal("", await Apps.GetAsync(client, "orders"));
    }
    [Fact]
    public async Task What_the_application_writes_at_its_start_belongs_to_the_baseline()
    {
        await Engines.NeedOneAsync();
        var postgres = new PostgresService();
        var app = new WebAppService<ArgsApp::Program>
        {
            Settings =
            {
                ["ConnectionStrings:Orders"] = ServiceReference.To(postgres, each => each.ConnectionString),
                ["Payments:BaseAddress"] = "http://127.0.0.1:1/",
            },
            ConfigureServices = services => services.AddSingleton<IHostedService>(provider =>
                new StartingWorker(token => RunAsync(
                    provider.GetRequiredService<NpgsqlDataSource>(),
                    """
                    CREATE TABLE "__EFMigrationsHistory" (id text); INSERT INTO "__EFMigrationsHistory" VALUES ('20260101_First');
                    CREATE TABLE orders (name text PRIMARY KEY); INSERT INTO orders VALUES ('seeded');
                    """,
                    token))),
            ReadyPath = "/health",
        };
        await using var infra = await new TestInfrastructure().Register("api", app).Register("postgres", postgres).StartAllAsync(Apps.Cancellation);
        using var client = app.CreateClient();

        await RunAsync(postgres.DataSource, "DELETE FROM orders; INSERT INTO orders VALUES ('of a test')", Apps.Cancellation);
        await infra.ResetAllAsync(Apps.Cancellation);

        Assert.Equal("seeded", await Apps.GetAsync(client, "orders"));
        await using var history = postgres.DataSource.CreateCommand("SELECT count(*) FROM \"__EFMigrationsHistory\"");
        Assert.Equal(1L, await history.ExecuteScalarAsync(Apps.Cancellation));
    }

    private static async Task RunAsync(NpgsqlDataSource database, string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
