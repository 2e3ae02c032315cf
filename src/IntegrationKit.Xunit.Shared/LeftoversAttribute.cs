namespace IntegrationKit;

/// <summary>
/// What happens if a test, or a test of the class, leaves something behind, in place of the fixture's
/// <see cref="InfrastructureFixture.Leftovers"/>.
/// </summary>
/// <param name="policy">What happens.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class LeftoversAttribute(LeftoverPolicy policy) : Attribute
{
    /// <summary>What happens.</summary>
    public LeftoverPolicy Policy { get; } = policy;
}
