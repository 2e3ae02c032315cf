using System.Diagnostics;

namespace IntegrationKit.AdapterTests;

/// <summary>A run of some scenarios by their own runner, in a process of its own.</summary>
internal sealed record ScenarioRun(int ExitCode, IReadOnlyList<ScenarioResult> Results, string Console, IReadOnlyList<string> Journal)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>The results of a class's tests, or of one method's.</summary>
    public IReadOnlyList<ScenarioResult> Of(string classOrMethod)
    {
        var results = Results.Where(each => each.Name.Contains($".{classOrMethod}", StringComparison.Ordinal)).ToArray();
        Assert.True(results.Length > 0, $"No result of {classOrMethod}:{Environment.NewLine}{Console}");
        return results;
    }

    /// <summary>Runs a namespace of the scenarios.</summary>
    public static async Task<ScenarioRun> StartAsync(XunitVersion version, string folder, params (string Name, string? Value)[] environment)
    {
        var directory = Directory.CreateTempSubdirectory("scenarios-");
        try
        {
            var trx = Path.Combine(directory.FullName, "results.trx");
            var journal = Path.Combine(directory.FullName, "journal");
            var start = Command(version, $"Scenarios.{folder}", trx);
            start.RedirectStandardOutput = start.RedirectStandardError = true;
            start.UseShellExecute = false;
            start.Environment["SCENARIO_JOURNAL"] = journal;
            foreach (var (name, value) in environment.Prepend(("CI", null)))
            {
                start.Environment[name] = value;
            }

            using var process = Process.Start(start)!;
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            try
            {
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Limit, TimeProvider.System);
            }
            catch (TimeoutException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            var console = string.Concat(await output);
            Assert.True(File.Exists(trx), console);
            return new(process.ExitCode, ScenarioResult.Read(trx), console, File.Exists(journal) ? await File.ReadAllLinesAsync(journal) : []);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static ProcessStartInfo Command(XunitVersion version, string folder, string trx)
    {
        var path = Repository.Metadata($"{version}Scenarios");
        return version == XunitVersion.V3
            ? new("dotnet", [path, "-namespace", $"{folder}*", "-trx", trx, "-noColor", "-noLogo"])
            : new("dotnet", ["vstest", path, $"--TestCaseFilter:FullyQualifiedName~{folder}.", $"--logger:trx;LogFileName={trx}", "--logger:console;verbosity=normal"]);
    }
}
