using System.Net.Sockets;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Diagnostics;

/// <summary>Where the message itself carries the cause and the fix.</summary>
public sealed class NoEngineOrImageTests
{
    [Fact]
    public async Task Engine_that_is_not_running_says_how_to_start_one()
    {
        var folder = Directory.CreateTempSubdirectory("integrationkit-").FullName;
        var path = Path.Combine(folder, "docker.sock");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // A socket whose engine has ended without removing it: bound, and nobody listens.
            dead.Bind(new UnixDomainSocketEndPoint(path));
            await using var infra = new TestInfrastructure(new() { EngineEndpoint = "unix://" + path }).Register("redis", new RedisService());

            var error = await Kit.StartFailsAsync<EngineUnavailableException>(infra);

            Assert.Contains("connection refused: nothing listens there", error.Message, StringComparison.Ordinal);
            Assert.Contains("Start Docker, or set DOCKER_HOST", error.Message, StringComparison.Ordinal);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Socket_without_permission_says_how_to_get_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "No socket is closed to the superuser.");
        var folder = Directory.CreateTempSubdirectory("integrationkit-").FullName;
        var path = Path.Combine(folder, "docker.sock");
        using (var closed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            closed.Bind(new UnixDomainSocketEndPoint(path));
            closed.Listen();
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.None);
            }

            await using var infra = new TestInfrastructure(new() { EngineEndpoint = "unix://" + path }).Register("redis", new RedisService());

            var error = await Kit.StartFailsAsync<EngineUnavailableException>(infra);

            Assert.Contains("permission denied: add your user to the docker group", error.Message, StringComparison.Ordinal);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Image_that_is_missing_says_how_to_get_it()
    {
        await using var infra = (await Kit.CreateAsync()).Register("unknown", new ContainerService("integrationkit.invalid/no-such-image:1"));

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        var image = Assert.IsType<ImageUnavailableException>(error.Cause);
        Assert.Contains("Pull or build it, or set an image prefix", image.Message, StringComparison.Ordinal);
        Assert.Contains(image.Reason, error.Message, StringComparison.Ordinal);
    }
}
