using IntegrationKit;

var postgres = new PostgresService
{
    Initialize = async (data, token) => await data.CreateCommand("CREATE TABLE t (x int)").ExecuteNonQueryAsync(token),
};
var redis = new RedisService();
var lists = new ContainerService("busybox:1") { Command = ["sleep", "1000"], Environment = { ["REDIS"] = ServiceReference.To(redis, each => each.NetworkConnectionString) } };
await using var infra = new TestInfrastructure().Register("postgres", postgres).Register("redis", redis).Register("client", lists);
await infra.StartAllAsync();

await using var connection = await postgres.OpenConnectionAsync();
await using var insert = connection.CreateCommand();
insert.CommandText = "INSERT INTO t VALUES (1)";
await insert.ExecuteNonQueryAsync();
await using var client = await redis.ConnectAsync();
await client.GetDatabase().StringSetAsync("x", "1");

await infra.ResetAllAsync();

insert.CommandText = "SELECT count(*) FROM t";
Console.WriteLine($"rows {await insert.ExecuteScalarAsync()}, key {await client.GetDatabase().KeyExistsAsync("x")}");
