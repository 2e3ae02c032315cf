using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace IntegrationKit.AdapterTests;

/// <summary>A row for each version of xUnit.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EachVersionAttribute(params object[] arguments) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<XunitVersion>().Select(version => new TheoryDataRow([.. arguments, version]))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
