using System.Formats.Tar;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Diagnostics;

/// <summary>An image that says it is for another architecture than this machine's, with a program that is; removed after the test.</summary>
internal sealed class ForeignImage : IAsyncDisposable
{
    private static readonly string Architecture = RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "s390x" : "arm64";

    private ForeignImage(string name) => Name = name;

    public string Name { get; }

    public static async Task<ForeignImage> LoadAsync()
    {
        // With a registry host, so that no prefix is put before it.
        var image = new ForeignImage($"localhost/{Kit.Unique("integrationkit-foreign")}:1");
        var layer = Tar(("program", Program()));
        var config = Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"{{{Architecture}}}","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:{{{Convert.ToHexStringLower(SHA256.HashData(layer))}}}"]}}""");
        var manifest = Encoding.UTF8.GetBytes($$"""[{"Config":"config.json","RepoTags":["{{image.Name}}"],"Layers":["layer.tar"]}]""");

        using var engine = RawEngine.Open();
        using var archive = new ByteArrayContent(Tar(("layer.tar", layer), ("config.json", config), ("manifest.json", manifest)));
        archive.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        using var answer = await engine.PostAsync("images/load?quiet=1", archive, Kit.Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Kit.Cancellation);
        Assert.True(answer.IsSuccessStatusCode && text.Contains(image.Name, StringComparison.Ordinal), text);
        return image;
    }

    public async ValueTask DisposeAsync()
    {
        using var engine = RawEngine.Open();
        using var answer = await engine.DeleteAsync($"images/{Name}?force=1", CancellationToken.None);
        answer.EnsureSuccessStatusCode();
    }

    // An ELF header for a machine that no engine of today runs on (65, a PDP-11), so that no emulator takes it either.
    private static byte[] Program() => [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 65, 0, 1, 0, 0, 0, .. new byte[200]];

    private static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
                    DataStream = new MemoryStream(content),
                });
            }
        }

        return archive.ToArray();
    }
}
