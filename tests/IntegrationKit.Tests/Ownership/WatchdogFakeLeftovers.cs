namespace IntegrationKit.Tests.Ownership;

/// <summary>A container, a network and a volume on a <see cref="WatchdogFakeEngine"/>, each until it is removed.</summary>
internal sealed class WatchdogFakeLeftovers
{
    private const string Labels = """
        "Labels":{"org.integrationkit.session":"unit"}
        """;

    private static readonly string[] Kinds = ["/containers", "/networks", "/volumes"];

    private readonly HashSet<string> _removed = [];

    public int Removed => _removed.Count;

    public (int Status, string Body) Answer(string request)
    {
        lock (_removed)
        {
            var kind = Kinds.Single(kind => request.Contains(kind, StringComparison.Ordinal));
            if (request.StartsWith("DELETE", StringComparison.Ordinal))
            {
                return (_removed.Add(kind) ? 204 : 404, string.Empty);
            }

            var isGone = _removed.Contains(kind);
            return (200, kind switch
            {
                "/containers" => isGone ? "[]" : $$"""[{"Id":"c1",{{Labels}}}]""",
                "/networks" => isGone ? "[]" : $$"""[{"Id":"n1",{{Labels}}}]""",
                _ => isGone ? """{"Volumes":null}""" : $$"""{"Volumes":[{"Name":"v 1",{{Labels}}}]}""",
            });
        }
    }
}
