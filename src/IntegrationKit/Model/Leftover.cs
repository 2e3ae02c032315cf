namespace IntegrationKit;

/// <summary>Something of a service that differs from its baseline, and that a reset brings back.</summary>
/// <param name="Kind">What it is, in the singular: <c>table</c>, <c>key</c>, <c>stub</c>, <c>stream</c>.</param>
/// <param name="Name">Its name, as the service's users write it.</param>
/// <param name="Count">How many items differ: rows, messages; 1 for a thing that has no items.</param>
/// <param name="Difference">What differs, for a person: <c>3 rows added, 1 changed</c>.</param>
public sealed record Leftover(string Kind, string Name, long Count, string Difference)
{
    /// <summary>A line for a report, such as <c>table public.orders: 3 rows added</c>.</summary>
    public override string ToString() => $"{Kind} {Name}: {Difference}";
}
