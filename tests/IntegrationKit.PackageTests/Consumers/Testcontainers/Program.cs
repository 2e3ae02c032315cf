using System.Net;
using Docker.DotNet;
using DotNet.Testcontainers.Builders;
using IntegrationKit;

var prefix = Environment.GetEnvironmentVariable("INTEGRATIONKIT_IMAGE_PREFIX") is { Length: > 0 } given ? $"{given}/" : string.Empty;
await using var theirs = new ContainerBuilder($"{prefix}busybox:1")
    .WithEntrypoint("sh", "-c", "mkdir -p /www && echo theirs > /www/index.html && exec httpd -f -p 8080 -h /www")
    .WithPortBinding(8080, assignRandomHostPort: true)
    .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(8080).ForStatusCode(HttpStatusCode.OK)))
    .Build();

var ours = new ContainerService("busybox:1")
{
    Command = ["sh", "-c", "mkdir -p /www && echo ours > /www/index.html && exec httpd -f -p 8080 -h /www"],
    Ports = [8080],
    Readiness = Probe.Http("/", port: 8080),
};
await using var infra = new TestInfrastructure().Register("beside-testcontainers", ours);

await Task.WhenAll(theirs.StartAsync(), infra.StartAllAsync());

using var http = new HttpClient();
Console.WriteLine((await http.GetStringAsync($"http://{theirs.Hostname}:{theirs.GetMappedPublicPort(8080)}/")).Trim());
Console.WriteLine((await http.GetStringAsync($"http://{ours.Endpoint(8080)}/")).Trim());
Console.WriteLine((await ours.ExecAsync(["echo", "exec works"])).Output.Trim());

var loaded = AppDomain.CurrentDomain.GetAssemblies().Where(each => each.GetName().Name!.StartsWith("Docker.DotNet", StringComparison.Ordinal));
Console.WriteLine($"loaded {string.Join(", ", loaded.Select(each => $"{each.GetName().Name} {each.GetName().Version}").Order())}");
Console.WriteLine($"client {typeof(DockerClient).Assembly.GetName().Version}");
