using System.Security.Cryptography;
using System.Text;

namespace IntegrationKit.Services.Postgres;

/// <summary>Tells template databases apart by what makes them: the names and contents of the scripts and of what travels with them, and a delegate's key.</summary>
internal static class TemplateKey
{
    public static async Task<string> OfAsync(IReadOnlyList<string> scripts, string? initializeKey, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bundle = ScriptBundle.Of(scripts);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\0', bundle.Scripts)));
        foreach (var (name, path) in bundle.Files)
        {
            var content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            hash.AppendData(Encoding.UTF8.GetBytes($"\0{name}\0{content.Length}\0"));
            hash.AppendData(content);
        }

        hash.AppendData(Encoding.UTF8.GetBytes(initializeKey is null ? "" : $"\0{initializeKey}"));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
