using System.Reflection;
using IntegrationKit.Engine;
using IntegrationKit.Tests.Shared;

namespace IntegrationKit.Testcontainers.Tests.Support;

/// <summary>A process that runs a Redis of Testcontainers.</summary>
internal sealed class Owner : OwnerProcess
{
    private static readonly string Program = typeof(Owner).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "Owner").Value!;

    private Owner(IContainerEngine engine, string[] arguments)
        : base(engine, ["dotnet", Program, Kit.Image("redis:7"), .. arguments], ("DOCKER_API_VERSION", null))
    {
    }

    /// <summary>Returns when the process is about to create its container.</summary>
    public static async Task<Owner> StartAsync()
    {
        var owner = await LaunchAsync();
        await owner.ReadSessionAsync();
        return owner;
    }

    /// <summary>Starts the process.</summary>
    public static async Task<Owner> LaunchAsync(params string[] arguments) => new(await Kit.ConnectAsync(), arguments);

    public async Task EndAsync()
    {
        await TellAsync("end");
        await Process.WaitForExitAsync(Kit.Cancellation);
    }
}
