using System.Globalization;
using System.Reflection;

namespace IntegrationKit.Ownership;

/// <summary>The mark of this process on everything that it makes on an engine.</summary>
internal static class Session
{
    /// <summary>The label that carries the session's id.</summary>
    public const string IdLabel = "org.integrationkit.session";

    private const string ServiceLabel = "org.integrationkit.service";
    private const string OwnerPidLabel = "org.integrationkit.owner-pid";
    private const string CreatedLabel = "org.integrationkit.created";
    private const string VersionLabel = "org.integrationkit.version";

    private static readonly string Version =
        typeof(Session).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>One per process.</summary>
    public static string Id { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary><see cref="IdLabel"/> and its value, as the engine filters by it.</summary>
    public static string Filter { get; } = $"{IdLabel}={Id}";

    /// <summary>The labels of something that is about to be made for <paramref name="service"/>.</summary>
    public static Dictionary<string, string> LabelsFor(string service, DateTimeOffset now) => new(StringComparer.Ordinal)
    {
        [IdLabel] = Id,
        [ServiceLabel] = service,
        [OwnerPidLabel] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        [CreatedLabel] = now.ToString("O", CultureInfo.InvariantCulture),
        [VersionLabel] = Version,
    };
}
