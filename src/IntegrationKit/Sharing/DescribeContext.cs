using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>What the description of a server may depend on besides the service's settings.</summary>
[Experimental(Experiments.WritingServices)]
public sealed class DescribeContext
{
    // Letters and digits only: they need no quoting in a connection string, a URI or a shell.
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const int Length = 24;

    private readonly Dictionary<string, string> _secrets = new(StringComparer.Ordinal);
    private readonly bool _makesSecrets;

    private DescribeContext(bool isShared, bool makesSecrets) => (IsShared, _makesSecrets) = (isShared, makesSecrets);

    /// <summary>Whether the server will be shared: it must then refuse what would disturb its other users.</summary>
    public bool IsShared { get; }

    internal IReadOnlyDictionary<string, string> Secrets => _secrets;

    /// <summary>
    /// A secret that the server starts with, redacted from every message: the one that is given, else a random one of 24
    /// letters and digits, about 142 bits. Servers that differ only in random secrets count as equal, so read it later from
    /// <see cref="Server.GetSecret"/>, not from the service.
    /// </summary>
    /// <param name="name">Its name for <see cref="Server.GetSecret"/>.</param>
    /// <param name="given">What the user has set; null for a random one.</param>
    public string GetSecret(string name, string? given = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_secrets.TryGetValue(name, out var secret))
        {
            secret = given ?? (_makesSecrets ? RandomNumberGenerator.GetString(Alphabet, Length) : "random");
            _secrets.Add(name, secret);
        }

        return secret;
    }

    /// <summary>For a server that is about to be launched.</summary>
    internal static DescribeContext ForLaunch(bool isShared) => new(isShared, makesSecrets: true);

    /// <summary>For a comparison of servers: every random secret is the same.</summary>
    internal static DescribeContext ForComparison() => new(isShared: true, makesSecrets: false);
}
