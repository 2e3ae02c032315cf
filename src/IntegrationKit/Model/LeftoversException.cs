namespace IntegrationKit;

/// <summary>A test has left something behind: services are not at their baseline at its end.</summary>
/// <param name="what">Who left it, as the beginning of the message: <c>The test has</c>, or a name and <c>has</c>.</param>
/// <param name="leftovers">What it is; the message lists it.</param>
/// <param name="remedy">What to do about it, as the end of the message.</param>
public sealed class LeftoversException(string what, IReadOnlyList<ServiceLeftover> leftovers, string remedy)
    : IntegrationKitException($"{what} left behind:{string.Concat(leftovers.Select(each => $"{Environment.NewLine}  {each}"))}{Environment.NewLine}{remedy}")
{
    /// <summary>What was left.</summary>
    public IReadOnlyList<ServiceLeftover> Leftovers { get; } = leftovers;
}
