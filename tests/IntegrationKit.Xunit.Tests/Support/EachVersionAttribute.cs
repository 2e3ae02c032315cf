using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace IntegrationKit.AdapterTests;

/// <summary>A row for each version of xUnit.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EachVersionAttribute(params object[] arguments) : DataAttribute
{
    /// <summary>Those with the package's own hooks.</summary>
    public static IReadOnlyList<XunitVersion> Versions { get; } = [XunitVersion.V2, XunitVersion.V3];

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Versions.Select(version => new TheoryDataRow([.. arguments, version]))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
