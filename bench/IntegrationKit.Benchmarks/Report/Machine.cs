using System.Diagnostics;
using System.Runtime.InteropServices;
using Npgsql;

namespace IntegrationKit.Benchmarks.Report;

/// <summary>Where the figures come from, in a sentence.</summary>
internal static class Machine
{
    public static async Task<string> DescribeAsync()
    {
        var postgres = new PostgresService();
        await using var infra = await new TestInfrastructure().Register("postgres", postgres).StartAllAsync();
        await using var connection = await postgres.OpenConnectionAsync();
        var settings = await AskAsync(connection, "SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync')");
        var engine = await EngineAsync();
        return $"{Processor()}, {Environment.ProcessorCount} cores; {System()}; {RuntimeInformation.FrameworkDescription}; {engine}; {settings}.";
    }

    private static string Processor() =>
        Value("/proc/cpuinfo", "model name", ':') ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string System() =>
        Value("/etc/os-release", "PRETTY_NAME", '=') is { } name ? $"{name}, Linux {Environment.OSVersion.Version}" : RuntimeInformation.OSDescription;

    private static string? Value(string file, string key, char separator) => !File.Exists(file)
        ? null
        : File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(separator, 2)[1].Trim(' ', '"');

    private static async Task<string> EngineAsync()
    {
        var command = new ProcessStartInfo("docker", ["version", "--format", "Docker Engine {{.Server.Version}}"]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var docker = Process.Start(command)!;
        var version = await docker.StandardOutput.ReadToEndAsync();
        await docker.WaitForExitAsync();
        return version.Trim();
    }

    private static async Task<string> AskAsync(NpgsqlConnection connection, string query)
    {
        await using var command = new NpgsqlCommand(query, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
