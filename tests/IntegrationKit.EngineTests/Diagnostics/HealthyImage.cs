using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Diagnostics;

/// <summary>An image with a health check that passes, and is gone after the test.</summary>
internal sealed class HealthyImage : IAsyncDisposable
{
    public string Name { get; } = $"integrationkit.test/healthy:{Guid.NewGuid():N}";

    /// <summary>Whether the engine makes no health check: Podman needs systemd for that.</summary>
    public bool IsNeverChecked { get; private init; }

    public static async Task<HealthyImage> MakeAsync()
    {
        await using var engine = await RealEngine.ConnectAsync();
        var image = new HealthyImage { IsNeverChecked = engine.Api.IsPodman && !Directory.Exists("/run/systemd/system") };
        var container = await engine.CreateAsync(engine.Spec("true"));
        using var raw = RawEngine.Open();
        var parts = image.Name.Split(':');
        var change = Uri.EscapeDataString("HEALTHCHECK --interval=200ms CMD true");

        // The other format of Podman knows no health check.
        var commit = engine.Api.IsPodman ? "v5.0.0/libpod/commit?format=docker&" : "commit?";
        using var response = await raw.PostAsync(new Uri($"{commit}container={container}&repo={parts[0]}&tag={parts[1]}&changes={change}", UriKind.Relative), content: null, Kit.Cancellation);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Kit.Cancellation));
        return image;
    }

    public async ValueTask DisposeAsync()
    {
        await using var engine = await RealEngine.ConnectAsync();
        await engine.Plain.RemoveImageAsync(Name);
    }
}
