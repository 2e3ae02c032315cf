using System.Globalization;
using System.Net;
using System.Text.Json;

namespace IntegrationKit.Watchdog;

/// <summary>What a session has on an engine.</summary>
internal sealed class Leftovers(EngineHttp engine, Assignment assignment)
{
    private const int RemovalsAtATime = 8;

    private readonly string _filter = Uri.EscapeDataString($$"""{"label":["{{JsonEncodedText.Encode($"{assignment.Label}={assignment.Session}")}}"]}""");

    /// <summary>
    /// Asks for the removal of everything that the session has, and returns how much there was. What the engine will not
    /// remove yet, because it is in use or being removed, is found by the next call.
    /// </summary>
    public async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        var found = 0;
        foreach (var kind in ResourceKind.All)
        {
            var ids = await ListAsync(kind, cancellationToken).ConfigureAwait(false);
            found += ids.Count;
            var options = new ParallelOptions { MaxDegreeOfParallelism = RemovalsAtATime, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(ids, options, async (id, token) => await RemoveAsync(kind, id, token).ConfigureAwait(false)).ConfigureAwait(false);
        }

        return found;
    }

    private async Task<HttpStatusCode> RemoveAsync(ResourceKind kind, string id, CancellationToken cancellationToken)
    {
        var path = string.Format(CultureInfo.InvariantCulture, kind.RemovePath, Uri.EscapeDataString(id));
        return await engine.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<string>> ListAsync(ResourceKind kind, CancellationToken cancellationToken)
    {
        var answer = await engine.GetAsync(kind.ListPath + _filter, cancellationToken).ConfigureAwait(false);
        using var json = JsonDocument.Parse(answer);
        var list = kind.ArrayName is null ? json.RootElement : json.RootElement.GetProperty(kind.ArrayName);
        return list.ValueKind != JsonValueKind.Array
            ? []
            : [.. list.EnumerateArray().Where(IsOurs).Select(each => each.GetProperty(kind.IdName).GetString()!)];
    }

    // The engine has filtered by it. If one ignores the filter, what others made must not be removed.
    private bool IsOurs(JsonElement resource) =>
        resource.TryGetProperty("Labels", out var labels) && labels.ValueKind == JsonValueKind.Object &&
        labels.TryGetProperty(assignment.Label, out var value) && value.ValueEquals(assignment.Session);
}
