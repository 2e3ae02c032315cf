namespace IntegrationKit.Watchdog;

/// <summary>
/// Waits for the end of the process that started it. Where that did not say that it removed everything, what it made on the
/// engine is removed.
/// </summary>
internal static class Program
{
    private const int Done = 0;
    private const int NotUnderstood = 2;
    private const int SomethingLeft = 3;

    public static int Main()
    {
        Detachment.Detach();
        var owner = new Owner(StandardStreams.OpenInput(), StandardStreams.OpenOutput());
        if (owner.ReadLine() is not { } line)
        {
            // It ended before it had made anything.
            return Done;
        }

        if (!Assignment.TryParse(line, out var assignment))
        {
            return NotUnderstood;
        }

        owner.SayReady();
        if (owner.WaitForItsEnd() == OwnerEnd.Clean)
        {
            return Done;
        }

        return Cleanup.RunAsync(assignment).GetAwaiter().GetResult() ? Done : SomethingLeft;
    }
}
