namespace IntegrationKit.AdapterTests;

/// <summary>The version of xUnit that runs the scenarios.</summary>
public enum XunitVersion
{
    V2,
    V3,
}
