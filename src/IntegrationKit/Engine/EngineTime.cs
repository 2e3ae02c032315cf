using System.Globalization;

namespace IntegrationKit.Engine;

/// <summary>Times as the engine writes them in queries and events: seconds since 1970, and nanoseconds.</summary>
internal static class EngineTime
{
    private const long NanosecondsPerTick = 100;

    public static string Write(DateTimeOffset moment)
    {
        var ticks = (moment - DateTimeOffset.UnixEpoch).Ticks;
        var (seconds, rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}.{rest * NanosecondsPerTick:000000000}");
    }

    public static DateTimeOffset Read(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick);
}
