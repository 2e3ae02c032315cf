using DotNet.Testcontainers.Configurations;
using IntegrationKit;
using Testcontainers.Redis;

// A program as users write them, there to be killed. Its first argument is the image. It says how far it has come, and ends
// without a stop when it is told to.
if (args.Contains("early"))
{
    // It has used Testcontainers before anybody could tell that one what the engine speaks.
    Console.WriteLine($"asks for {new DockerEndpointAuthenticationConfiguration(new Uri("tcp://127.0.0.1")).Version}");
}

var redis = new TestcontainersService<RedisContainer>(labels =>
{
    Console.WriteLine($"session {labels["org.integrationkit.session"]}");
    return new RedisBuilder(args[0]).WithLabel(labels).Build();
});

try
{
    await new TestInfrastructure().Register("redis", redis).StartAllAsync();
}
catch (ServiceStartException e)
{
    Console.WriteLine($"failed {e.Message}");
    return;
}

Console.WriteLine($"running {redis.Container.GetConnectionString()}");
Console.ReadLine();
