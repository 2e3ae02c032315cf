using IntegrationKit.AspNetCore.Tests.Support;
using PublicApiGenerator;

namespace IntegrationKit.AspNetCore.Tests;

/// <summary>The public surface and the files of the package.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void Public_surface_is_the_one_that_was_decided()
    {
        var file = Path.Combine(Apps.Metadata("Library"), "PublicApi.txt");
        var actual = typeof(WebAppService<>).Assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file).ReplaceLineEndings("\n") == actual,
            $"The public surface differs from {file}. Where the change is meant, run this test with UPDATE_PUBLIC_API=1 and commit the file.");
    }

    [Fact]
    public void Package_uses_the_public_surface_of_the_library_only()
    {
        var friends = typeof(TestInfrastructure).Assembly.GetCustomAttributesData()
            .Where(each => each.AttributeType.Name == "InternalsVisibleToAttribute")
            .Select(each => (string)each.ConstructorArguments[0].Value!)
            .ToArray();

        Assert.NotEmpty(friends);
        Assert.DoesNotContain(typeof(WebAppService<>).Assembly.GetName().Name, friends);
    }
}
