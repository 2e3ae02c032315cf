using System.Globalization;
using System.Reflection;

namespace IntegrationKit.Ownership;

/// <summary>The labels of everything that this process makes on an engine.</summary>
internal static class ResourceLabels
{
    /// <summary>The label that carries the session's id.</summary>
    public const string IdLabel = "org.integrationkit.session";

    /// <summary>The label that names the service, or what else it was made for.</summary>
    public const string ServiceLabel = "org.integrationkit.service";

    /// <summary>On a container that somebody else creates for this process: which claim in the ledger it belongs to.</summary>
    public const string ClaimLabel = "org.integrationkit.claim";

    private const string HostLabel = "org.integrationkit.host";
    private const string OwnerPidLabel = "org.integrationkit.owner-pid";
    private const string OwnerStartLabel = "org.integrationkit.owner-start";
    private const string CreatedLabel = "org.integrationkit.created";
    private const string VersionLabel = "org.integrationkit.version";

    private static readonly string Version =
        typeof(ResourceLabels).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>One per process.</summary>
    public static string Id { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary><see cref="IdLabel"/> and its value, as the engine filters by it.</summary>
    public static string Filter { get; } = $"{IdLabel}={Id}";

    /// <summary>The labels of something that is about to be made for <paramref name="service"/>.</summary>
    public static Dictionary<string, string> LabelsFor(string service, DateTimeOffset now) => new(StringComparer.Ordinal)
    {
        [IdLabel] = Id,
        [ServiceLabel] = service,
        [HostLabel] = HostIdentity.Current,
        [OwnerPidLabel] = OwnerProcess.Current.Id.ToString(CultureInfo.InvariantCulture),
        [OwnerStartLabel] = OwnerProcess.Current.StartTime,
        [CreatedLabel] = now.ToString("O", CultureInfo.InvariantCulture),
        [VersionLabel] = Version,
    };

    /// <summary>
    /// Whether what carries these labels belongs to a process of this host that has ended. False too where that cannot be
    /// known: for a process of another host or pid namespace, and where a label is missing or makes no sense.
    /// </summary>
    public static bool OwnerIsDead(IReadOnlyDictionary<string, string> labels) =>
        labels.GetValueOrDefault(HostLabel) == HostIdentity.Current
        && int.TryParse(labels.GetValueOrDefault(OwnerPidLabel), CultureInfo.InvariantCulture, out var pid)
        && pid > 0
        && labels.TryGetValue(OwnerStartLabel, out var start)
        && !new OwnerProcess(pid, start).IsAliveIn(ProcessTable.OfThisHost);

    /// <summary>Whether what carries these labels was made by this very process.</summary>
    public static bool IsOwn(IReadOnlyDictionary<string, string> labels) => labels.GetValueOrDefault(IdLabel) == Id;

    /// <summary>Whose it is, for a message; null if the library has not made it.</summary>
    public static string? DescribeOwner(IReadOnlyDictionary<string, string> labels) =>
        !labels.ContainsKey(IdLabel) ? null
        : IsOwn(labels) ? "of this process"
        : labels.GetValueOrDefault(HostLabel) != HostIdentity.Current ? "of an IntegrationKit process of another host or container"
        : $"of the IntegrationKit process {labels.GetValueOrDefault(OwnerPidLabel)}{(OwnerIsDead(labels) ? ", which has ended" : "")}";

    /// <summary>When it was made, or null where no label says it.</summary>
    public static DateTimeOffset? CreatedAt(IReadOnlyDictionary<string, string> labels) =>
        DateTimeOffset.TryParse(labels.GetValueOrDefault(CreatedLabel), CultureInfo.InvariantCulture, out var created) ? created : null;
}
