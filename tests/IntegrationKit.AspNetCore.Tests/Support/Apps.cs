using System.Collections;
using System.Reflection;

namespace IntegrationKit.AspNetCore.Tests.Support;

/// <summary>Infrastructures around one application, and a look at what it leaves behind.</summary>
internal static class Apps
{
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string Metadata(string key) => typeof(Apps).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == key).Value!;

    public static async Task<TestInfrastructure> StartAsync(TestService app, RecordingLog? log = null)
    {
        var infra = new TestInfrastructure(new() { LoggerFactory = log ?? new RecordingLog() }).Register("api", app);
        try
        {
            return await infra.StartAllAsync(Cancellation);
        }
        catch
        {
            await infra.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts, sees it fail, sees that nothing is left, and returns the reason.</summary>
    public static async Task<WebAppStartException> StartFailsAsync(TestService app, RecordingLog? log = null)
    {
        var before = Variables();
        var error = await Assert.ThrowsAsync<ServiceStartException>(() => StartAsync(app, log));
        TestContext.Current.TestOutputHelper?.WriteLine(error.Message);
        Assert.Equal(before, Variables());
        return Assert.IsType<WebAppStartException>(error.Cause);
    }

    public static async Task<string> GetAsync(HttpClient client, string path) => await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation);

    /// <summary>The environment of this process.</summary>
    public static SortedDictionary<string, string> Variables() => new(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(each => (string)each.Key, each => (string)each.Value!), StringComparer.Ordinal);
}
