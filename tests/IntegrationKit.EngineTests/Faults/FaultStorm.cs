using System.Text.RegularExpressions;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>Faults at random, the same for the same seed and the same requests: delays, refusals, garbage, cut and lost answers.</summary>
internal sealed partial class FaultStorm(int seed)
{
    private const double PartDelayed = 0.2;
    private const double PartFaulty = 0.08;
    private const int LongestDelay = 300;
    private const int LongestCut = 400;

    private static readonly Fault[] Kinds = [Fault.Refuse, Fault.Garble, Fault.Drop, Fault.Cut];

    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private int _met;

    /// <summary>How many requests went wrong.</summary>
    public int Met => Volatile.Read(ref _met);

    /// <summary>Waits as long as the request is delayed, and returns what goes wrong with it; null for nothing.</summary>
    public async Task<PlannedFault?> NextAsync(string line, CancellationToken cancellationToken)
    {
        var (delay, kind, bytes) = Draw();
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, TimeProvider.System, cancellationToken);
        }

        if (kind is null)
        {
            return null;
        }

        Interlocked.Increment(ref _met);
        var fault = new PlannedFault(kind.Value, Any(), times: 1, bytes);
        fault.Meets(line);
        return fault;
    }

    private (TimeSpan Delay, Fault? Kind, int Bytes) Draw()
    {
        lock (_gate)
        {
            var delay = _random.NextDouble() < PartDelayed ? TimeSpan.FromMilliseconds(_random.Next(LongestDelay)) : TimeSpan.Zero;
            Fault? kind = _random.NextDouble() < PartFaulty ? Kinds[_random.Next(Kinds.Length)] : null;
            return (delay, kind, _random.Next(LongestCut));
        }
    }

    [GeneratedRegex("^", RegexOptions.CultureInvariant)]
    private static partial Regex Any();
}
