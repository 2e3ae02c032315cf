using System.Diagnostics;

namespace IntegrationKit.Benchmarks.Adapters;

/// <summary>
/// The time between the end of one test's body and the beginning of the next one's: all that xUnit and the adapter do for a test, and
/// nothing of the test. Tests of a class run one after another.
/// </summary>
internal static class TestGaps
{
    private static long _left;
    private static long _sum;
    private static int _count;

    /// <summary>The mean in milliseconds since the last call.</summary>
    public static double Take()
    {
        var mean = Stopwatch.GetElapsedTime(0, _sum).TotalMilliseconds / _count;
        (_left, _sum, _count) = (0, 0, 0);
        return mean;
    }

    public static void Enter()
    {
        if (_left != 0)
        {
            _sum += Stopwatch.GetTimestamp() - _left;
            _count++;
        }
    }

    public static void Leave() => _left = Stopwatch.GetTimestamp();
}
