using IntegrationKit;

namespace OrderSample.Tests;

/// <summary>
/// The order service and the services that it uses. Each test class has its own database, cache, payment provider and copy of
/// the application, on one PostgreSQL and one Redis for all classes.
/// </summary>
public class OrderInfrastructure : InfrastructureFixture
{
    public OrderInfrastructure()
    {
        // Every test starts with this stub. A test that needs another answer adds a stub: the last one that matches is used.
        Payments.When("POST", "/payments").Respond(200, new { paymentId = "pay_123" });

        Api = MakeApi();
    }

    public PostgresService Postgres { get; } = new() { Database = "orders", InitScripts = ["schema.sql"] };

    public RedisService Redis { get; } = new();

    public ExternalServiceMock Payments { get; } = new();

    /// <summary>The application, in this process and on a real port.</summary>
    public WebAppService<Program> Api { get; }

    protected override void Configure(TestInfrastructure infra) => infra
        .Register("postgres", Postgres)
        .Register("redis", Redis)
        .Register("payments", Payments)
        .Register("api", Api);

    /// <summary>
    /// A reference in a setting is a dependency: the application starts when the others are ready. A setting that the
    /// application does not read, such as a misspelt one, makes the start fail.
    /// </summary>
    protected WebAppService<Program> MakeApi() => new()
    {
        Settings =
        {
            ["ConnectionStrings:Orders"] = ServiceReference.To(Postgres, postgres => postgres.ConnectionString),
            ["ConnectionStrings:Redis"] = ServiceReference.To(Redis, redis => redis.ConnectionString),
            ["Payments:BaseAddress"] = ServiceReference.To(Payments, payments => payments.BaseAddress),
            ["Payments:Pause"] = "00:00:00.010",
        },
        ReadyPath = "/health",
        RequireSettingsRead = true,
    };
}
