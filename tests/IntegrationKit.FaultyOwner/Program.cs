using IntegrationKit;
using IntegrationKit.Ownership;

// A program as users write them, there to be killed: two services of which one refers to the other, so that there is a
// network too. It says how far it has come, and stops when it is told to. With the address of an engine and any second
// argument it has one container, and exits when it is told to, in the midst of its start if need be.
var infrastructure = new TestInfrastructure(new() { EngineEndpoint = args.ElementAtOrDefault(0) });
Console.WriteLine($"session {ResourceLabels.Id}");
if (args.Length > 1)
{
    infrastructure.Register("single", new ContainerService("busybox:1") { Command = ["sleep", "1000"] });
    _ = Task.Run(() => infrastructure.StartAllAsync());
    Console.ReadLine();
    Environment.Exit(0);
}

var server = new RedisService();
infrastructure.Register("server", server).Register("client", new ContainerService("busybox:1")
{
    Command = ["sleep", "1000"],
    Environment = { ["SERVER"] = ServiceReference.To(server, each => each.NetworkConnectionString) },
});

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
