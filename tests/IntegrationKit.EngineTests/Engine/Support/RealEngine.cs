using IntegrationKit.Engine;

namespace IntegrationKit.EngineTests.Engine.Support;

/// <summary>The engine of this machine, and what one test makes on it: all of it is removed when the test ends.</summary>
internal sealed class RealEngine : IAsyncDisposable
{
    public const string LabelKey = "org.integrationkit.test";

    private readonly List<Func<Task>> _cleanup = [];

    private RealEngine(IContainerEngine engine) => (Api, Plain) = (engine, new(engine.Endpoint));

    public IContainerEngine Api { get; }

    public IEngineContainers Containers => Api.Containers;

    /// <summary>Calls that the library does not make.</summary>
    public PlainCalls Plain { get; }

    /// <summary>A shell and its tools; the prefix is for machines that cannot reach a registry.</summary>
    public static string Image { get; } = Environment.GetEnvironmentVariable("INTEGRATIONKIT_IMAGE_PREFIX") is { Length: > 0 } prefix
        ? ImageReference.Parse("busybox:1").WithPrefix(prefix).ToString()
        : "busybox:1";

    /// <summary>Everything that this test makes carries these, and nothing else does.</summary>
    public Dictionary<string, string> Labels { get; } = new() { [LabelKey] = "engine", ["org.integrationkit.test.run"] = Guid.NewGuid().ToString("N") };

    public string RunLabel => "org.integrationkit.test.run=" + Labels["org.integrationkit.test.run"];

    /// <summary>On a person's machine a missing engine skips the test; in CI it fails.</summary>
    public static async Task<RealEngine> ConnectAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        try
        {
            var engine = new RealEngine(await EngineConnector.ConnectAsync(endpoint: null, TimeSpan.FromSeconds(5), TimeProvider.System, cancellation));
            if (await engine.Api.Images.InspectAsync(Image, cancellation) is null)
            {
                await engine.Api.Images.PullAsync(Image, progress: null, cancellation);
            }

            return engine;
        }
        catch (EngineUnavailableException missing) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    /// <summary>A container that runs a shell script.</summary>
    public Task<string> StartAsync(string script) => StartAsync(Spec(script));

    public async Task<string> StartAsync(ContainerSpec spec)
    {
        var id = await CreateAsync(spec);
        await Containers.StartAsync(id, TestContext.Current.CancellationToken);
        return id;
    }

    public Task<string> CreateAsync(ContainerSpec spec) => CreateAsync(() => Containers.CreateAsync(spec, TestContext.Current.CancellationToken));

    /// <summary>A container that the test creates in its own way.</summary>
    public async Task<string> CreateAsync(Func<Task<string>> create)
    {
        var id = await create();
        _cleanup.Add(() => Containers.RemoveAsync(id, CancellationToken.None));
        return id;
    }

    public ContainerSpec Spec(string script) => new() { Image = Image, Command = ["sh", "-c", script], Labels = Labels };

    public async Task<string> CreateNetworkAsync()
    {
        var name = "integrationkit-test-" + Guid.NewGuid().ToString("N");
        await Api.Networks.CreateAsync(name, Labels, TestContext.Current.CancellationToken);
        _cleanup.Add(() => Api.Networks.RemoveAsync(name, CancellationToken.None));
        return name;
    }

    public async Task<string> CreateVolumeAsync()
    {
        var name = "integrationkit-test-" + Guid.NewGuid().ToString("N");
        await Plain.CreateVolumeAsync(name, Labels);
        _cleanup.Add(() => Api.Volumes.RemoveAsync(name, CancellationToken.None));
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _cleanup.Count - 1; i >= 0; i--)
        {
            await _cleanup[i]();
        }

        Plain.Dispose();
        await Api.DisposeAsync();
    }
}
