namespace Scenarios.Traps;

/// <summary>A fixture or test class that notes its end. It shows what xUnit itself does, without an adapter.</summary>
public abstract class Lifetime : IAsyncLifetime
{
    protected string Name => GetType().Name;

    protected abstract Task BeginAsync();

#if XUNIT_V3
    public async ValueTask InitializeAsync() => await BeginAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Journal.Note($"{Name} disposed");
        return default;
    }
#else
    public Task InitializeAsync() => BeginAsync();

    public Task DisposeAsync()
    {
        Journal.Note($"{Name} disposed");
        return Task.CompletedTask;
    }
#endif
}
