extern alias ArgsApp;

using System.Net.Http.Json;
using IntegrationKit.AspNetCore.Tests.Support;

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
                ["Payments:BaseAddress"] = ServiceReference.To(payments, each => each.BaseAddress.ToString()),
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
}
