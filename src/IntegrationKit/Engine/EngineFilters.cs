using System.Text.Json;

namespace IntegrationKit.Engine;

/// <summary>Filters in the form that the engine expects.</summary>
internal static class EngineFilters
{
    public static IDictionary<string, IDictionary<string, bool>> Of(params IReadOnlyList<(string Name, IReadOnlyList<string> Values)> filters) =>
        filters.ToDictionary(
            filter => filter.Name,
            filter => (IDictionary<string, bool>)filter.Values.Distinct().ToDictionary(value => value, _ => true));

    /// <summary>One filter as a query: <c>filters={…}</c>, escaped.</summary>
    public static string Query(string name, IReadOnlyList<string> values) =>
        "filters=" + Uri.EscapeDataString(JsonSerializer.Serialize(Of((name, values)), EngineJson.Default.IDictionaryStringIDictionaryStringBoolean));
}
