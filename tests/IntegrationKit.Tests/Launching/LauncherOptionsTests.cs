using IntegrationKit.Launching;
using IntegrationKit.Launching.Containers;

namespace IntegrationKit.Tests.Launching;

public sealed class LauncherOptionsTests
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    [Fact]
    public void Qualify_without_a_prefix_leaves_the_image() => Assert.Equal("postgres:15", Qualify("postgres:15"));

    [Fact]
    public void Qualify_variable_of_Testcontainers_counts_last()
    {
        _environment["TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX"] = "third.example";
        Assert.Equal("third.example/postgres:15", Qualify("postgres:15"));

        _environment["INTEGRATIONKIT_IMAGE_PREFIX"] = "second.example/hub/";
        Assert.Equal("second.example/hub/postgres:15", Qualify("postgres:15"));

        Assert.Equal("first.example/postgres:15", Qualify("postgres:15", option: "first.example"));
    }

    [Fact]
    public void Qualify_empty_option_or_variable()
    {
        _environment["INTEGRATIONKIT_IMAGE_PREFIX"] = "";
        _environment["TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX"] = "third.example";

        Assert.Equal("third.example/postgres:15", Qualify("postgres:15"));
        Assert.Equal("postgres:15", Qualify("postgres:15", option: ""));
    }

    [Theory]
    [InlineData("registry.example/team/app:1")]
    [InlineData("localhost/app")]
    [InlineData("registry:5000/app:1")]
    public void Qualify_image_that_names_a_registry_stays(string image) => Assert.Equal(image, Qualify(image, option: "mirror.example"));

    [Fact]
    public void Qualify_image_with_an_owner_gets_the_prefix() => Assert.Equal("mirror.example/acme/notifier:1.4", Qualify("acme/notifier:1.4", option: "mirror.example"));

    private string Qualify(string image, string? option = null) =>
        new LauncherOptions(EngineEndpoint: null, option).Qualify(image, name => _environment.GetValueOrDefault(name));
}
