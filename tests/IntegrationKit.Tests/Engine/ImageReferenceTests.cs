using IntegrationKit.Engine;

namespace IntegrationKit.Tests.Engine;

public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("redis", "redis", null, null, false)]
    [InlineData("redis:7", "redis", "7", null, false)]
    [InlineData("library/redis:7", "library/redis", "7", null, false)]
    [InlineData("localhost/redis:7", "localhost/redis", "7", null, true)]
    [InlineData("box:5000/redis", "box:5000/redis", null, null, true)]
    [InlineData("box:5000/team/redis:7.2-alpine", "box:5000/team/redis", "7.2-alpine", null, true)]
    [InlineData("registry.example/team/redis:7", "registry.example/team/redis", "7", null, true)]
    [InlineData("redis@sha256:abc", "redis", null, "sha256:abc", false)]
    [InlineData("registry.example/redis:7@sha256:abc", "registry.example/redis", "7", "sha256:abc", true)]
    [InlineData("some.name", "some.name", null, null, false)]
    public void Reference_is_read_in_its_parts_and_written_the_same(string text, string name, string? tag, string? digest, bool hasHost)
    {
        var reference = ImageReference.Parse(text);

        Assert.Equal((name, tag, digest, hasHost), (reference.Name, reference.Tag, reference.Digest, reference.HasRegistryHost));
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("redis:7", "mirror.example", "mirror.example/redis:7")]
    [InlineData("team/redis@sha256:abc", "mirror.example:5000/hub/", "mirror.example:5000/hub/team/redis@sha256:abc")]
    public void Prefix_is_put_before_the_name(string text, string prefix, string expected)
    {
        var prefixed = ImageReference.Parse(text).WithPrefix(prefix);

        Assert.Equal(expected, prefixed.ToString());
        Assert.True(prefixed.HasRegistryHost);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Nothing_is_no_reference(string text) => Assert.Throws<ArgumentException>(() => ImageReference.Parse(text));
}
