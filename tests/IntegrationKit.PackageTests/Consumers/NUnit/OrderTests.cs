using IntegrationKit;
using NUnit.Framework;

public sealed class OrderTests
{
    // The file is not copied to the output.
    private readonly PostgresService _postgres = new() { Database = "orders", InitScripts = ["schema.sql"] };
    private readonly ExternalServiceMock _payments = new();
    private readonly TestInfrastructure _infra = new();

    [OneTimeSetUp]
    public async Task Start() => await _infra.Register("nunit-postgres", _postgres).Register("payments", _payments).StartAllAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _infra.DisposeAsync();

    [SetUp]
    public async Task Reset() => await _infra.ResetAllAsync();

    [TestCase("tea")]
    [TestCase("cups")]
    public async Task Order_is_the_first(string item)
    {
        await using var connection = await _postgres.OpenConnectionAsync();
        await using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO orders (item) VALUES ($1) RETURNING id";
        insert.Parameters.Add(new() { Value = item });
        Assert.That(await insert.ExecuteScalarAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Payment_is_asked_for()
    {
        _payments.When("POST", "/payments").Respond(200, new { paymentId = "pay_123" });
        using var http = new HttpClient { BaseAddress = _payments.BaseAddress };
        using var answer = await http.PostAsync("payments", content: null);
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("pay_123"));
        _payments.Verify("POST", "/payments", times: 1);
    }
}
