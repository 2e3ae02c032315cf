using IntegrationKit;

var postgres = new PostgresService
{
    Database = "orders",
    Initialize = async (data, token) => await data.CreateCommand("CREATE TABLE orders (id serial, item text)").ExecuteNonQueryAsync(token),
};
var redis = new RedisService();
var payments = new ExternalServiceMock();

await using var infra = new TestInfrastructure()
    .Register("postgres", postgres)
    .Register("redis", redis)
    .Register("payments", payments);

await infra.StartAllAsync();

payments.When("POST", "/payments").Respond(200, new { paymentId = "pay_123" });
await using var connection = await postgres.OpenConnectionAsync();
await using var client = await redis.ConnectAsync();

await infra.ResetAllAsync();

Console.WriteLine($"running {postgres.DatabaseName} {client.GetDatabase().StringIncrement("starts")}");
if (args is ["hold"])
{
    await Task.Delay(Timeout.Infinite);
}
