using IntegrationKit;
using Testcontainers.Redis;

// A program as users write them, there to be killed. Its argument is the image. It says how far it has come, and ends without
// a stop when it is told to.
var redis = new TestcontainersService<RedisContainer>(labels =>
{
    Console.WriteLine($"session {labels["org.integrationkit.session"]}");
    return new RedisBuilder(args[0]).WithLabel(labels).Build();
});

await new TestInfrastructure().Register("redis", redis).StartAllAsync();
Console.WriteLine($"running {redis.Container.GetConnectionString()}");
Console.ReadLine();
