namespace IntegrationKit.AspNetCore.Tests.Support;

internal static class Engines
{
    /// <summary>A missing engine skips the test on a person's machine and fails it in CI.</summary>
    public static async Task NeedOneAsync()
    {
        try
        {
            await TestInfrastructure.SweepAsync(cancellationToken: Apps.Cancellation);
        }
        catch (EngineUnavailableException e) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(e.Message);
        }
    }
}
