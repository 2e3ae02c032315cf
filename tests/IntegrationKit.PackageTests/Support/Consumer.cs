using System.Text.Json;

namespace IntegrationKit.PackageTests.Support;

/// <summary>A project of somebody who has nothing but the packed feed: a copy of one from Consumers, outside any solution.</summary>
internal sealed class Consumer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LongLimit = TimeSpan.FromMinutes(10);

    private readonly string _name;
    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal);
    private readonly List<string> _figures = [];

    private Consumer(string name) => _name = name;

    public string Folder { get; } = Repository.MakeFolder();

    /// <summary>Where its assembly lies, and what came along with it.</summary>
    public string OutputFolder => Path.Combine(Folder, "bin", "Debug", "net10.0");

    public string Assembly => Path.Combine(OutputFolder, "Consumer.dll");

    /// <param name="feed">Where the packages come from, besides the machine's sources.</param>
    /// <param name="name">The folder in Consumers.</param>
    /// <param name="emptyCache">Every package is downloaded.</param>
    public static Consumer Create(PackedFeed feed, string name, bool emptyCache = false)
    {
        var consumer = new Consumer(name);
        var template = Path.Combine(Repository.Tests, "Consumers", name);
        foreach (var file in Directory.EnumerateFiles(template, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(consumer.Folder, Path.GetRelativePath(template, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        consumer.Write("nuget.config", $"""<configuration><packageSources><add key="packed" value="{feed.Folder}" /></packageSources></configuration>""");
        consumer.Write("Directory.Build.props", $"""
            <Project>
              <PropertyGroup>
                <IntegrationKitVersion>{feed.Version}</IntegrationKitVersion>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
            </Project>
            """);
        if (emptyCache)
        {
            consumer._environment["NUGET_PACKAGES"] = Path.Combine(consumer.Folder, ".packages");
            consumer._environment["NUGET_HTTP_CACHE_PATH"] = Path.Combine(consumer.Folder, ".downloads");
        }

        return consumer;
    }

    public async Task BuildAsync()
    {
        await MeasureAsync("restore", [], "dotnet", "restore", "--verbosity", "minimal");
        await MeasureAsync("build", [], "dotnet", "build", "--no-restore", "--nologo", "--verbosity", "minimal");
    }

    /// <summary>Runs its tests by <c>dotnet test</c>, which have to pass, and returns what was said.</summary>
    public Task<string> TestAsync(params (string Name, string Value)[] environment) =>
        MeasureAsync("test", environment, "dotnet", "test", "--no-build", "--nologo");

    /// <summary>Runs its program, and returns what it said.</summary>
    public Task<string> RunAsync(params (string Name, string Value)[] environment) => MeasureAsync("run", environment, "dotnet", Assembly);

    /// <summary>The items of its project, each with its Value.</summary>
    public async Task<IReadOnlyList<(string Item, string? Value)>> EvaluateAsync(string type, params string[] arguments)
    {
        var (output, _) = await Command.RunAsync(Folder, With([]), Limit, ["dotnet", "msbuild", $"-getItem:{type}", .. arguments]);
        using var json = JsonDocument.Parse(output);
        return [.. json.RootElement.GetProperty("Items").GetProperty(type).EnumerateArray()
            .Select(each => (each.GetProperty("Identity").GetString()!, each.TryGetProperty("Value", out var value) ? value.GetString() : null))];
    }

    /// <summary>Starts its program or its tests, and lets them run.</summary>
    public Command Start((string Name, string Value)[] environment, params string[] line) => Command.Start(Folder, With(environment), line);

    /// <summary>The packages that its restore has chosen, direct and transitive, in order.</summary>
    public IReadOnlyList<string> Packages()
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "obj", "project.assets.json")));
        return [.. assets.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(each => each.Value.GetProperty("type").GetString() == "package").Select(each => each.Name).Order(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Writes the times of its steps and its packages to the test's output and to a file.</summary>
    public void Report()
    {
        var packages = Packages();
        var text = $"{_name}: {string.Join(", ", _figures)}; {packages.Count} packages\n  {string.Join("\n  ", packages)}\n";
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "consumers"));
        File.WriteAllText(Path.Combine(folder.FullName, $"{_name}{(_environment.ContainsKey("NUGET_PACKAGES") ? ".empty-cache" : string.Empty)}.txt"), text);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<string> MeasureAsync(string step, (string Name, string Value)[] environment, params string[] line)
    {
        var (output, elapsed) = await Command.RunAsync(Folder, With(environment), Repository.IsLong ? LongLimit : Limit, line);
        _figures.Add($"{step} {elapsed.TotalSeconds:0.0} s");
        return output;
    }

    private Dictionary<string, string?> With((string Name, string Value)[] environment)
    {
        var all = new Dictionary<string, string?>(_environment, StringComparer.Ordinal);
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        return all;
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(Folder, file), text);
}
