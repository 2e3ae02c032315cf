using System.Security.Cryptography;

namespace IntegrationKit.Launching.Containers;

/// <summary>
/// Names for what is made on an engine. They are chosen before anything is made, so that it can be found and removed even
/// if the engine's answer is lost.
/// </summary>
internal static class ResourceNames
{
    /// <summary>For example <c>integrationkit-orders-db-1f2e3d4c5b6a</c>.</summary>
    public static string For(string service) => $"integrationkit-{DnsLabel.From(service)}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
}
