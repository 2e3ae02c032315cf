namespace Scenarios;

/// <summary>Numbers the tests of a class in the order in which they run, which differs from run to run.</summary>
public sealed class Steps
{
    private int _last;

    public int Next() => Interlocked.Increment(ref _last);
}

/// <summary>What happened outside of tests, for the test that runs the scenarios.</summary>
public static class Journal
{
    private static readonly Lock Gate = new();

    public static void Note(string line)
    {
        if (Environment.GetEnvironmentVariable("SCENARIO_JOURNAL") is { } file)
        {
            lock (Gate)
            {
                File.AppendAllText(file, line + "\n");
            }
        }
    }
}
