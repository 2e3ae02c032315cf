namespace IntegrationKit;

/// <summary>Something that was left behind in a service.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Leftover">What differs from the baseline.</param>
public sealed record ServiceLeftover(string Service, Leftover Leftover)
{
    /// <summary>A line for a report, such as <c>postgres: table public.orders: 3 rows added</c>.</summary>
    public override string ToString() => $"{Service}: {Leftover}";
}
