using IntegrationKit.Engine;

namespace IntegrationKit.Launching.Containers;

/// <summary>The engine's clock, which may differ from ours: the engine runs on another machine or in a virtual one.</summary>
internal sealed class EngineClock(IContainerEngine engine, TimeProvider timeProvider)
{
    /// <summary>
    /// The engine's time at a moment of ours; rather earlier than later by the duration of one request, so that nothing that
    /// came after the moment is missed. The same moment if the clocks agree as far as can be known.
    /// </summary>
    /// <exception cref="EngineException">The engine did not tell its time.</exception>
    public async Task<DateTimeOffset> FromOursAsync(DateTimeOffset ours, CancellationToken cancellationToken)
    {
        var before = timeProvider.GetUtcNow();
        var engines = await engine.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var after = timeProvider.GetUtcNow();
        return engines is not { } time || (time >= before && time <= after) ? ours : ours + (time - after);
    }
}
