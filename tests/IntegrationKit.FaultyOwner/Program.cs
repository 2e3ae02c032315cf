using IntegrationKit;
using IntegrationKit.Ownership;

// A program as users write them, there to be killed: two services of which one refers to the other, so that there is a
// network too. It says how far it has come. Told to stop, it stops; told to exit, it does so at once, whatever it is at. With
// the address of an engine as its first argument it uses that one, and with any second argument it has one container.
var infrastructure = new TestInfrastructure(new() { EngineEndpoint = args.ElementAtOrDefault(0) });
var stop = new TaskCompletionSource<bool>();
_ = Task.Run(() =>
{
    while (Console.ReadLine() is { } line)
    {
        if (line == "exit")
        {
            Environment.Exit(0);
        }

        stop.TrySetResult(true);
    }

    stop.TrySetResult(false);
});
Console.WriteLine($"session {ResourceLabels.Id}");
if (args.Length > 1)
{
    infrastructure.Register("single", new ContainerService("busybox:1") { Command = ["sleep", "1000"] });
}
else
{
    var server = new RedisService();
    infrastructure.Register("server", server).Register("client", new ContainerService("busybox:1")
    {
        Command = ["sleep", "1000"],
        Environment = { ["SERVER"] = ServiceReference.To(server, each => each.NetworkConnectionString) },
    });
}

await infrastructure.StartAllAsync();
Console.WriteLine("running");
if (!await stop.Task)
{
    // Whoever started it has ended.
    await infrastructure.StopAllAsync();
    return;
}

Console.WriteLine("stopping");
await infrastructure.StopAllAsync();
Console.WriteLine("stopped");
