/// <summary>The library for what carries no JSON, bare calls for the three that do.</summary>
internal sealed class MixedEngine(string path) : IEngine
{
    private readonly BareEngine bare = new(path);
    private readonly EnhancedEngine library = new(path, "own");

    public Task PingAsync() => library.PingAsync();

    public Task<string> InspectImageAsync(string image) => bare.InspectImageAsync(image);

    public Task OpenEventsAsync() => library.OpenEventsAsync();

    public Task<string> CreateAsync(string image) => bare.CreateAsync(image);

    public Task StartAsync(string id) => library.StartAsync(id);

    public Task<int> InspectPortAsync(string id) => bare.InspectPortAsync(id);

    public Task RemoveAsync(string id) => library.RemoveAsync(id);
}
