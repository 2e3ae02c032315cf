namespace IntegrationKit.Benchmarks;

/// <summary>Something of the library, and the floor that it is compared with.</summary>
internal abstract class Scenario : IAsyncDisposable
{
    /// <summary>Further figures of the measurements, by their name in the output.</summary>
    public virtual IReadOnlyDictionary<string, double> Extras => new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Runs once, before everything.</summary>
    public abstract Task SetUpAsync();

    /// <summary>Runs before each measurement, and is not part of it.</summary>
    public virtual Task PrepareAsync(bool ofFloor) => Task.CompletedTask;

    public abstract Task MeasuredAsync();

    public abstract Task FloorAsync();

    public abstract ValueTask DisposeAsync();
}
