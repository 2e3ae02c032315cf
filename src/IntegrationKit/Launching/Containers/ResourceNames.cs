using System.Security.Cryptography;

namespace IntegrationKit.Launching.Containers;

/// <summary>
/// Names for what is made on an engine. They are chosen before anything is made, so that it can be found and removed even
/// where the engine's answer is lost.
/// </summary>
internal static class ResourceNames
{
    private const int LongestPart = 30;

    /// <summary>For example <c>integrationkit-orders-db-1f2e3d4c5b6a</c>.</summary>
    public static string For(string service) => $"integrationkit-{ToDnsLabel(service)}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";

    /// <summary>Letters, digits and hyphens of a service's name, at most 30: what a host name may have.</summary>
    public static string ToDnsLabel(string service)
    {
        Span<char> label = stackalloc char[Math.Min(service.Length, LongestPart)];
        var length = 0;
        foreach (var each in service)
        {
            if (length == label.Length)
            {
                break;
            }

            if (char.IsAsciiLetterOrDigit(each))
            {
                label[length++] = char.ToLowerInvariant(each);
            }
            else if (length > 0 && label[length - 1] != '-')
            {
                label[length++] = '-';
            }
        }

        var trimmed = label[..length].TrimEnd('-');
        return trimmed.Length == 0 ? "service" : new string(trimmed);
    }
}
