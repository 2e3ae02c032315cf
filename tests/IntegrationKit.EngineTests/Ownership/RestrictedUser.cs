using System.Diagnostics;
using IntegrationKit.EngineTests.Engine.Support;

namespace IntegrationKit.EngineTests.Ownership;

/// <summary>A user who may use the engine, and to whom /proc shows none of the other users' processes.</summary>
public sealed class RestrictedUser
{
    private const string Variable = "INTEGRATIONKIT_TEST_RESTRICTED";

    // A user and a group that nothing belongs to; of other groups, only the one of the engine's socket. The members of the
    // group that is given to /proc would see all.
    private const string Script =
        """
        mount -t proc -o hidepid=2,gid=65533 proc /proc || exit 1
        exec setpriv --reuid=65534 --regid=65534 --groups="$(stat -c %g "$0")" -- "$@"
        """;

    private static readonly string[] Tools = ["/usr/bin/unshare", "/usr/bin/setpriv"];

    /// <summary>Sweeps as this user, in a process of its own. Skips the test where there cannot be such a user.</summary>
    internal static async Task SweepAsync()
    {
        Assert.SkipUnless(Environment.UserName == "root" && Tools.All(File.Exists), "To hide processes from a user needs root, unshare and setpriv.");
        await using var real = await RealEngine.ConnectAsync();
        Assert.SkipWhen(real.Api.Endpoint.SocketPath is null, "The engine is reached by TCP.");
        string[] program = ["dotnet", typeof(RestrictedUser).Assembly.Location, "-explicit", "only", "-method", $"{typeof(RestrictedUser).FullName}.{nameof(Sweeps)}"];
        using var process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "sh", "-c", Script, real.Api.Endpoint.SocketPath!, .. program])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { [Variable] = "yes" },
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0 && output.Contains("Failed: 0", StringComparison.Ordinal), output);
    }

    [Fact(Explicit = true)]
    public async Task Sweeps()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(Variable) is null, "This is no test: others run it as a process of its own.");
        Assert.False(Directory.Exists("/proc/1"));
        await TestInfrastructure.SweepAsync(cancellationToken: TestContext.Current.CancellationToken);
    }
}
