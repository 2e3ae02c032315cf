using System.Diagnostics;
using System.Text.RegularExpressions;
using IntegrationKit.Tests.Architecture;

namespace IntegrationKit.Tests.Benchmarks;

/// <summary>The program of bench/IntegrationKit.Benchmarks as it is called. Nothing is measured.</summary>
public sealed partial class CommandLineTests
{
    // Built together with the tests, in the same configuration.
    private static readonly string Program = Path.Combine(
        Repository.Root, "bench", "IntegrationKit.Benchmarks", "bin", Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!),
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "IntegrationKit.Benchmarks.dll");

    [Theory]
    [InlineData("no-such-scenario")]
    [InlineData("graph", "--n", "0")]
    [InlineData("graph", "--n", "many")]
    [InlineData("graph", "--times", "3")]
    [InlineData]
    public async Task Wrong_command_line_ends_with_the_usage(params string[] arguments)
    {
        var (exitCode, error) = await RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.StartsWith("Usage: SCENARIO [--n TIMES], where SCENARIO is all or one of reset, ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_scenario_is_described()
    {
        var (_, error) = await RunAsync(["no-such-scenario"]);
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "performance.md"), TestContext.Current.CancellationToken);
        var described = page[page.IndexOf("## What is measured", StringComparison.Ordinal)..];

        var scenarios = Names().Matches(error[error.IndexOf("one of", StringComparison.Ordinal)..]).Select(match => match.Value).Except(["one", "of"]).ToArray();

        Assert.Contains("graph", scenarios);
        Assert.All(scenarios, each => Assert.Contains($"`{each}`", described, StringComparison.Ordinal));
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }

    [GeneratedRegex("[a-z0-9-]+")]
    private static partial Regex Names();
}
