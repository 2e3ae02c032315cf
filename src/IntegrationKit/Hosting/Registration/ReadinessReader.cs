using IntegrationKit.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace IntegrationKit.Hosting;

/// <summary>
/// A probe: <c>{ "http": "/health", "port": 8080, "status": 200 }</c>, the same with <c>https</c>,
/// <c>{ "tcp": 8080 }</c>, <c>{ "log": "ready", "times": 2 }</c>, <c>{ "command": ["pg_isready"] }</c>, or
/// <c>{ "healthCheck": true }</c>.
/// </summary>
internal static class ReadinessReader
{
    private static readonly string[] Kinds = ["command", "healthCheck", "http", "https", "log", "tcp"];

    public static Probe? Read(IConfigurationSection section, ServiceDocument document)
    {
        var reader = new SectionReader(section, document);
        var kinds = Kinds.Where(reader.Has).ToArray();
        if (!string.IsNullOrEmpty(section.Value) || kinds.Length > 1)
        {
            document.Report($"{section.Path} must be an object with one of {Text.Quoted(Kinds)}.");
            return null;
        }

        var problems = document.ProblemCount;
        var make = kinds is [var kind] ? Describe(kind, reader) : null;
        reader.ReportUnread(kinds.Length == 1 ? $"the probe '{kinds[0]}'" : "a probe");
        if (document.ProblemCount > problems)
        {
            return null;
        }

        if (make is null)
        {
            document.Report($"{section.Path} must be an object with one of {Text.Quoted(Kinds)}.");
            return null;
        }

        try
        {
            return make();
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            document.Report($"{section.Path}: {Text.FirstLine(e.Message)}");
            return null;
        }
    }

    // Everything is read before the probe is created, so that all mistakes are found together.
    private static Func<Probe>? Describe(string kind, SectionReader reader)
    {
        switch (kind)
        {
            case "command":
                var command = reader.Read<IReadOnlyList<string>>(kind) ?? [];
                return () => Probe.Command([.. command]);
            case "healthCheck":
                return reader.Read<bool>(kind) ? Probe.HealthCheck : null;
            case "log":
                var (pattern, times) = (reader.Read<string>(kind) ?? string.Empty, reader.Read<int?>("times") ?? 1);
                return () => Probe.Log(pattern, times);
            case "tcp":
                var tcpPort = reader.Read<int>(kind);
                return () => Probe.Tcp(tcpPort);
            default:
                var (path, port, status) = (reader.Read<string>(kind) ?? "/", reader.Read<int?>("port"), reader.Read<int?>("status"));
                return () => kind == "http" ? Probe.Http(path, port, status) : Probe.Https(path, port, status);
        }
    }
}
