using System.Diagnostics;
using System.Net.Sockets;

namespace IntegrationKit.AdapterTests;

/// <summary>Where no test needs an infrastructure, the package does nothing, neither at the program's start nor at its end.</summary>
public sealed class IdleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("idle-");
    private readonly Socket _engine = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public IdleTests()
    {
        _engine.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "engine.sock")));
        _engine.Listen();
    }

    private string Engine => $"unix://{_folder.FullName}/engine.sock";

    private bool WasAsked => _engine.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [EachVersion]
    public async Task Run_without_an_infrastructure_asks_no_engine(XunitVersion version)
    {
        var run = await ScenarioRun.StartAsync(version, "Idle", ("DOCKER_HOST", Engine));

        Assert.True(Assert.Single(run.Results).HasPassed);
        Assert.False(WasAsked);
    }

    [Fact]
    public async Task Discovery_by_v3_asks_no_engine()
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Metadata("V3Scenarios"), "-list", "classes", "-noLogo"]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["DOCKER_HOST"] = Engine;
        using var process = Process.Start(start)!;
        var found = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("Scenarios.Engine.LateWriterTests", found, StringComparison.Ordinal);
        Assert.False(WasAsked);
    }
}
