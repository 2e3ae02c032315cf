using IntegrationKit;
using IntegrationKit.Ownership;

// A program as users write them, there to be killed: two services of which one refers to the other, so that there is a
// network too. It says how far it has come, and stops when it is told to.
var server = new RedisService();
var infrastructure = new TestInfrastructure().Register("server", server).Register("client", new ContainerService("busybox:1")
{
    Command = ["sleep", "1000"],
    Environment = { ["SERVER"] = ServiceReference.To(server, each => each.NetworkConnectionString) },
});

Console.WriteLine($"session {ResourceLabels.Id}");
await infrastructure.StartAllAsync();
Console.WriteLine($"running {await server.PingAsync()}");
if (Console.ReadLine() is null)
{
    // Whoever started it has ended.
    await infrastructure.StopAllAsync();
    return;
}

Console.WriteLine("stopping");
await infrastructure.StopAllAsync();
Console.WriteLine("stopped");
