using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IntegrationKit.AspNetCore;

/// <summary>
/// The certificate of this process's applications for 127.0.0.1 and localhost. It is made in memory at its first use, and only the
/// clients that are handed out trust it.
/// </summary>
internal static class LoopbackCertificate
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(30);

    private static readonly Lazy<X509Certificate2> Made = new(Make);

    public static X509Certificate2 Value => Made.Value;

    /// <summary>Trusts this certificate besides those that the machine trusts, for a redirect may lead elsewhere.</summary>
    public static bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None || certificate?.GetRawCertData().AsSpan().SequenceEqual(Value.RawDataMemory.Span) is true;

    private static X509Certificate2 Make()
    {
        // An elliptic curve: an RSA key takes a hundred times as long to make.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=IntegrationKit", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "Server Authentication")], critical: false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        var made = request.CreateSelfSigned(now - Validity, now + Validity);
        if (OperatingSystem.IsLinux())
        {
            return made;
        }

        // Elsewhere a server cannot use a key that was never loaded.
        using (made)
        {
            return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
        }
    }
}
