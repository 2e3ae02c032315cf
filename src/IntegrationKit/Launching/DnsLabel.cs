namespace IntegrationKit.Launching;

/// <summary>Part of a host name.</summary>
internal static class DnsLabel
{
    private const int Longest = 30;

    /// <summary>Letters, digits and hyphens of a service's name, at most 30 characters: what a host name may contain.</summary>
    public static string From(string service)
    {
        Span<char> label = stackalloc char[Math.Min(service.Length, Longest)];
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
