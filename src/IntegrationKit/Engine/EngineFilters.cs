namespace IntegrationKit.Engine;

/// <summary>The shape in which the engine takes filters.</summary>
internal static class EngineFilters
{
    public static IDictionary<string, IDictionary<string, bool>> Of(params IReadOnlyList<(string Name, IReadOnlyList<string> Values)> filters) =>
        filters.ToDictionary(
            filter => filter.Name,
            filter => (IDictionary<string, bool>)filter.Values.Distinct().ToDictionary(value => value, _ => true));

    public static IReadOnlyDictionary<string, string> Labels(IDictionary<string, string>? labels) =>
        labels is null ? new Dictionary<string, string>() : new Dictionary<string, string>(labels);
}
