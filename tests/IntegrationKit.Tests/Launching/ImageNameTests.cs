using IntegrationKit.Launching;

namespace IntegrationKit.Tests.Launching;

public sealed class ImageNameTests
{
    [Theory]
    [InlineData("redis")]
    [InlineData("redis:7")]
    [InlineData("library/my_app__x/a-b--c.d:1.0_B-x")]
    [InlineData("localhost/redis")]
    [InlineData("Registry.Example:5000/team/redis:7@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("[::1]:5000/redis")]
    [InlineData("0123456789ab")]
    [InlineData("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void Name_of_an_image_is_taken(string name) => Assert.True(ImageName.IsValid(name));

    [Theory]
    [InlineData("../containers/other")]
    [InlineData("a/../../containers/other")]
    [InlineData("redis/")]
    [InlineData("redis//x")]
    [InlineData("redis?x=1")]
    [InlineData("redis#x")]
    [InlineData("redis%2fx")]
    [InlineData("redis :7")]
    [InlineData("redis:7\n")]
    [InlineData("Redis")]
    [InlineData("redis:")]
    [InlineData("https://registry.example/redis")]
    public async Task What_is_no_name_is_a_mistake_of_the_plan(string name)
    {
        await using var infra = new TestInfrastructure().Register("cache", new ContainerService(name));

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(TestContext.Current.CancellationToken));

        Assert.Contains($"'{name}' is not the name of an image", Assert.Single(error.Problems), StringComparison.Ordinal);
    }
}
