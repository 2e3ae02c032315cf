using System.Security.Cryptography;
using System.Text;

namespace IntegrationKit.Services.Postgres;

/// <summary>Tells template databases apart by what makes them: the scripts' names and contents, and a delegate's key.</summary>
internal static class TemplateKey
{
    public static async Task<string> OfAsync(IReadOnlyList<string> scripts, string? initializeKey, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var script in scripts)
        {
            var content = await File.ReadAllBytesAsync(script, cancellationToken).ConfigureAwait(false);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(script)}\0{content.Length}\0"));
            hash.AppendData(content);
        }

        hash.AppendData(Encoding.UTF8.GetBytes(initializeKey is null ? "" : $"\0{initializeKey}"));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
