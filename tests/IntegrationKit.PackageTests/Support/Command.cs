using System.Diagnostics;
using System.Text;

namespace IntegrationKit.PackageTests.Support;

/// <summary>A child process: what it says, and an end to it and to those that it has started.</summary>
internal sealed class Command : IAsyncDisposable
{
    // An msbuild or a compiler that stays for the next build would outlive the test.
    private static readonly Dictionary<string, string?> NothingStays = new(StringComparer.Ordinal)
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["UseSharedCompilation"] = "false",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
    };

    // What the runner of these tests tells its own processes is not for those of a consumer.
    private static readonly string[] RunnersOwn = ["MSBUILD", "VSTEST", "TESTINGPLATFORM", "XUNIT"];

    private readonly StringBuilder _output = new();
    private readonly Process _process;
    private readonly string _line;
    private readonly long _begun = TimeProvider.System.GetTimestamp();

    private Command(Process process, string line) => (_process, _line) = (process, line);

    public int ProcessId => _process.Id;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">What differs from this process's variables; null removes one.</param>
    /// <param name="line">The program and its arguments.</param>
    public static Command Start(string folder, IReadOnlyDictionary<string, string?> environment, params string[] line)
    {
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => RunnersOwn.Any(own => name.StartsWith(own, StringComparison.OrdinalIgnoreCase))).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in NothingStays.Concat(environment))
        {
            start.Environment[name] = value;
        }

        var command = new Command(new() { StartInfo = start }, string.Join(' ', line));
        command._process.OutputDataReceived += command.Note;
        command._process.ErrorDataReceived += command.Note;
        command._process.Start();
        command._process.BeginOutputReadLine();
        command._process.BeginErrorReadLine();
        command._process.StandardInput.Close();
        return command;
    }

    /// <summary>Runs it to its end, and returns how long that took. Fails where its exit code is not 0.</summary>
    public static async Task<(string Output, TimeSpan Elapsed)> RunAsync(
        string folder, IReadOnlyDictionary<string, string?> environment, TimeSpan limit, params string[] line)
    {
        var (exitCode, output, elapsed) = await TryAsync(folder, environment, limit, line);
        Assert.True(exitCode == 0, $"{string.Join(' ', line)} ended with {exitCode}:\n{output}");
        return (output, elapsed);
    }

    /// <summary>Runs it to its end, whatever its exit code.</summary>
    public static async Task<(int ExitCode, string Output, TimeSpan Elapsed)> TryAsync(
        string folder, IReadOnlyDictionary<string, string?> environment, TimeSpan limit, params string[] line)
    {
        await using var command = Start(folder, environment, line);
        var exitCode = await command.ExitAsync(limit);
        return (exitCode, command.Output, TimeProvider.System.GetElapsedTime(command._begun));
    }

    public async Task<int> ExitAsync(TimeSpan limit)
    {
        try
        {
            await _process.WaitForExitAsync(Repository.Cancellation).WaitAsync(limit, TimeProvider.System, Repository.Cancellation);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{_line} has not ended within {limit.TotalSeconds} s:\n{Output}");
        }

        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Note(object sender, DataReceivedEventArgs e)
    {
        lock (_output)
        {
            _output.Append(e.Data).Append(e.Data is null ? string.Empty : "\n");
        }
    }
}
