using System.Security.Cryptography;

namespace IntegrationKit.Services;

/// <summary>Makes passwords.</summary>
internal static class Secret
{
    // Letters and digits only: they need no quoting in a connection string, a URI or a shell.
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>24 characters from a cryptographic source, about 142 bits.</summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, 24);
}
