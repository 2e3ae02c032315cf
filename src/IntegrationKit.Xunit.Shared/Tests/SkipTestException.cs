namespace IntegrationKit.Adapter;

/// <summary>Makes a test a skipped one. The token is xUnit v3's; runners of v2 that know it skip, too.</summary>
internal sealed class SkipTestException(string reason) : Exception(Token + reason)
{
    public const string Token = "$XunitDynamicSkip$";
}
