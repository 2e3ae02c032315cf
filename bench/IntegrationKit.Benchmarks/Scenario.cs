namespace IntegrationKit.Benchmarks;

/// <summary>Something of the library, and the floor that it is compared with.</summary>
internal abstract class Scenario : IAsyncDisposable
{
    private readonly Dictionary<string, List<double>> _notes = new(StringComparer.Ordinal);

    /// <summary>How often it is measured if nothing else was asked for.</summary>
    public virtual int Times => 200;

    /// <summary>Whether engine calls are counted.</summary>
    public virtual bool UsesEngine => true;

    /// <summary>What the last call has taken, in milliseconds, if that is not the time until it returned.</summary>
    public virtual double? Taken => null;

    /// <summary>Further figures of the measurements, by their name in the output. Default: the medians of what was noted.</summary>
    public virtual IReadOnlyDictionary<string, double> Extras => _notes.ToDictionary(each => each.Key, each => Measurement.Median(each.Value));

    /// <summary>Runs once, before everything.</summary>
    public abstract Task SetUpAsync();

    /// <summary>Runs before each measurement, and is not part of it.</summary>
    public virtual Task PrepareAsync(bool ofFloor) => Task.CompletedTask;

    public abstract Task MeasuredAsync();

    public abstract Task FloorAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>What was noted while everything warmed up does not count.</summary>
    public void ForgetNotes() => _notes.Clear();

    /// <summary>Adds one value of a further figure.</summary>
    protected void Note(string figure, double value)
    {
        if (!_notes.TryGetValue(figure, out var values))
        {
            _notes.Add(figure, values = []);
        }

        values.Add(value);
    }
}
