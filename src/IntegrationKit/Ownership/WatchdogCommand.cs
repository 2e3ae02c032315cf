using System.Diagnostics.CodeAnalysis;

namespace IntegrationKit.Ownership;

/// <summary>How the watchdog is run.</summary>
internal sealed record WatchdogCommand(string FileName, IReadOnlyList<string> Arguments)
{
    private const string AssemblyName = "IntegrationKit.Watchdog.dll";
    private const string Shell = "/bin/sh";

    // The shell starts it in the background and ends, so that it is not a child of the owner: debuggers and test runners,
    // which kill the whole process tree, do not reach it. A background command would read from /dev/null; 3 gives it the
    // pipe. Streams that a script may have passed on in 4 to 9 are closed, or their readers would wait for the watchdog too.
    private const string InBackground = "exec 3<&0; \"$0\" \"$@\" <&3 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&- &";

    /// <exception cref="FileNotFoundException">Something is missing that it needs; the message says what.</exception>
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "In a single file it is empty, and the program's folder is searched.")]
    public static WatchdogCommand Find() =>
        Find([Path.GetDirectoryName(typeof(WatchdogCommand).Assembly.Location), AppContext.BaseDirectory], WatchdogHost.OfThisProcess, File.Exists);

    /// <inheritdoc cref="Find()"/>
    public static WatchdogCommand Find(IReadOnlyList<string?> folders, WatchdogHost host, Func<string, bool> exists)
    {
        var searched = folders.Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.TrimEndingDirectorySeparator(folder!)).Distinct().ToArray();
        var assembly = searched.Select(folder => Path.Combine(folder, AssemblyName)).FirstOrDefault(exists)
            ?? throw new FileNotFoundException($"{AssemblyName} is not in {string.Join(" or ", searched)}");
        var dotnet = host.Find()
            ?? throw new FileNotFoundException("no dotnet host was found beside the running runtime, in DOTNET_ROOT or in PATH");
        return !OperatingSystem.IsWindows() && exists(Shell)
            ? new(Shell, ["-c", InBackground, dotnet, "exec", assembly])
            : new(dotnet, ["exec", assembly]);
    }
}
