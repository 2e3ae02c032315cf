namespace IntegrationKit.Adapter;

/// <summary>Skips the test that throws it. The token is xUnit v3's; some runners of v2 know it too.</summary>
internal sealed class SkipTestException(string reason) : Exception(Token + reason)
{
    public const string Token = "$XunitDynamicSkip$";
}
