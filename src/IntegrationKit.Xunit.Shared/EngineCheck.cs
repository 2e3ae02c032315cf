namespace IntegrationKit.Adapter;

/// <summary>Whether a container engine answers, asked once in a process; and what its absence means to a test.</summary>
internal static class EngineCheck
{
    private static readonly Lazy<Task> Answer = new(() => Task.Run(() => TestInfrastructure.EnsureEngineAsync()));

    /// <summary>A build server that lacks its engine must not report success.</summary>
    private static bool IsBuildServer => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Throws what makes the test a skipped or, on a build server, a failed one.</summary>
    public static async Task EnsureAsync()
    {
        try
        {
            await Answer.Value.ConfigureAwait(false);
        }
        catch (EngineUnavailableException e) when (!IsBuildServer)
        {
            throw Skip(e);
        }
    }

    /// <summary>What a test throws where its fixture did not start: a skip, or null for the error itself.</summary>
    public static Exception? SkipInsteadOf(Exception error) => error is EngineUnavailableException && !IsBuildServer ? Skip(error) : null;

    private static SkipTestException Skip(Exception error) => new(error.Message);
}
