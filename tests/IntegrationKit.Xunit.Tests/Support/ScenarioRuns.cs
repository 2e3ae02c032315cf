namespace IntegrationKit.AdapterTests;

/// <summary>One run of a namespace of the scenarios by each version, for all tests of a class.</summary>
public abstract class ScenarioRuns(string folder, params (string Name, string? Value)[] environment) : IAsyncLifetime
{
    private readonly Dictionary<XunitVersion, ScenarioRun> _runs = [];

    internal ScenarioRun this[XunitVersion version] => _runs[version];

    public async ValueTask InitializeAsync()
    {
        var runs = await Task.WhenAll(EachVersionAttribute.Versions.Select(async each => (each, Run: await ScenarioRun.StartAsync(each, folder, environment))));
        foreach (var (version, run) in runs)
        {
            _runs[version] = run;
        }
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
