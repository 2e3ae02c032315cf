using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Engines;

/// <summary>An engine that eng/engines.sh has set up beside the machine's own. Its ports are published in a network of its own.</summary>
internal sealed partial class FurtherEngine
{
    /// <summary>Names each engine with its folder, or with the reason why there is none.</summary>
    private const string Variable = "INTEGRATIONKIT_ENGINES";

    private readonly string _name;
    private readonly string _folder;

    private FurtherEngine(string name, string folder) => (_name, _folder) = (name, folder);

    private string Endpoint => $"unix://{_folder}/engine.sock";

    /// <summary>Skips the test if the engine has not been set up.</summary>
    public static FurtherEngine Find(string name)
    {
        var entry = (Environment.GetEnvironmentVariable(Variable) ?? string.Empty).Split(';').FirstOrDefault(each => each.StartsWith($"{name}=", StringComparison.Ordinal));
        var found = entry?[(name.Length + 1)..];
        Assert.SkipWhen(found is null, $"{name} is not set up: eval \"$(eng/engines.sh)\" does that, as root on Debian, and eng/test.sh --long with it.");
        Assert.SkipUnless(found.StartsWith('/'), $"{name}: {found}.");
        return new(name, found);
    }

    /// <summary>Runs tests of this program with the engine as their own, in its network. Returns the runner's last lines.</summary>
    public async Task<string> RunTestsAsync(string @namespace, TimeSpan limit)
    {
        var program = Path.ChangeExtension(Assembly.GetExecutingAssembly().Location, null);
        var start = new ProcessStartInfo("nsenter", [$"--net=/run/netns/{_name}", program, "-namespace", @namespace, "-class-", typeof(FurtherEngineTests).FullName!, "-noColor"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOCKER_HOST"] = Endpoint, [Variable] = null },
        };
        using var tests = Process.Start(start)!;
        try
        {
            var (output, error) = (tests.StandardOutput.ReadToEndAsync(Kit.Cancellation), tests.StandardError.ReadToEndAsync(Kit.Cancellation));
            await tests.WaitForExitAsync(Kit.Cancellation).WaitAsync(limit, TimeProvider.System, Kit.Cancellation);
            Assert.True(tests.ExitCode == 0, await output + await error);
            return Total().Match(await output).Value;
        }
        finally
        {
            if (!tests.HasExited)
            {
                tests.Kill(entireProcessTree: true);
            }
        }
    }

    [GeneratedRegex("Total: [1-9].*", RegexOptions.CultureInvariant)]
    private static partial Regex Total();
}
