using System.Net;
using System.Net.Sockets;
using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>An image of one program and nothing else.</summary>
public sealed class NoShellTests
{
    [Fact]
    public async Task Image_without_a_shell_gets_ready_by_tcp_and_a_command_that_needs_one_says_so()
    {
        await using var real = await RealEngine.ConnectAsync();
        Assert.SkipWhen(real.Api.Endpoint.SocketPath is null, "The engine is reached by TCP.");
        var image = $"integrationkit.test/{Kit.Unique("no-shell")}:1";
        var (fine, wrong) = (Kit.Unique("fine"), Kit.Unique("wrong"));
        using var http = Client(real.Api.Endpoint.SocketPath!);
        await ImportAsync(real, http, image);
        try
        {
            await using var infra = (await Kit.CreateAsync()).Register(fine, Server(image, readiness: null));
            await infra.StartAllAsync(Kit.Cancellation);
            await using var second = (await Kit.CreateAsync()).Register(wrong, Server(image, Probe.Command("sh", "-c", "true")));

            var error = await Kit.StartFailsAsync<ServiceStartException>(second);

            Assert.Contains("sh", error.Message, StringComparison.Ordinal);
            Assert.Contains("not found", error.Message, StringComparison.Ordinal);
            await infra.StopAllAsync(Kit.Cancellation);
            Assert.Empty(await Kit.LeftoversAsync(fine, wrong));
        }
        finally
        {
            using var removed = await http.DeleteAsync($"http://engine/images/{image}?force=1", CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, removed.StatusCode);
        }
    }

    private static ContainerService Server(string image, Probe? readiness) => new(image)
    {
        Entrypoint = ["/busybox"],
        Command = ["httpd", "-f", "-p", "8080"],
        Ports = [8080],
        Readiness = readiness,
        StartTimeout = TimeSpan.FromSeconds(5),
    };

    private static HttpClient Client(string socket) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(connection, ownsSocket: true);
        },
    });

    /// <summary>Makes an image of busybox's program, which is one file that needs no other.</summary>
    private static async Task ImportAsync(RealEngine real, HttpClient http, string image)
    {
        var id = await real.CreateAsync(real.Spec("true"));
        await using var tar = await real.Plain.GetArchiveAsync(id, "/bin/busybox");
        using var content = new StreamContent(tar);
        using var answer = await http.PostAsync($"http://engine/images/create?fromSrc=-&repo={image[..^2]}&tag=1", content, Kit.Cancellation);
        Assert.DoesNotContain("error", await answer.Content.ReadAsStringAsync(Kit.Cancellation), StringComparison.Ordinal);
    }
}
