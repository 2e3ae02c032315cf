using DotNet.Testcontainers.Containers;

namespace IntegrationKit.Testcontainers;

/// <summary>Decides whether Testcontainers starts its resource reaper for a container.</summary>
internal static class Reaper
{
    private const string Variable = "TESTCONTAINERS_RYUK_DISABLED";

    // Testcontainers starts it for containers of its own session only. Set for one container, so that those which are not
    // registered here keep it.
    private static readonly string NoSession = Guid.Empty.ToString("D");

    /// <summary>The labels for a container, by what the user has set.</summary>
    public static IReadOnlyDictionary<string, string> Choose(IReadOnlyDictionary<string, string> labels, bool? isWanted) =>
        isWanted ?? IsAskedFor(Environment.GetEnvironmentVariable(Variable))
            ? labels
            : new Dictionary<string, string>(labels, StringComparer.Ordinal) { [ResourceReaper.ResourceReaperSessionLabel] = NoSession };

    /// <summary>Whether the value of <c>TESTCONTAINERS_RYUK_DISABLED</c> says that the reaper is to run. Unset says nothing.</summary>
    internal static bool IsAskedFor(string? variable) => bool.TryParse(variable, out var isDisabled) && !isDisabled;
}
