namespace IntegrationKit.AdapterTests;

/// <summary>The version of xUnit that runs the scenarios.</summary>
public enum XunitVersion
{
    V2,
    V3,

    /// <summary>v2 in a project that has a test framework of its own.</summary>
    V2Own,
}
