using System.Reflection;
using PublicApiGenerator;

namespace IntegrationKit.Testcontainers.Tests;

/// <summary>The public surface of the package, and what it may use.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void Public_surface_is_the_one_that_was_decided()
    {
        var file = Path.Combine(Folder, "PublicApi.txt");
        var actual = typeof(TestcontainersService<>).Assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
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
        var friends = typeof(TestInfrastructure).Assembly.GetCustomAttributes<System.Runtime.CompilerServices.InternalsVisibleToAttribute>().Select(each => each.AssemblyName).ToArray();

        Assert.NotEmpty(friends);
        Assert.DoesNotContain(typeof(TestcontainersService<>).Assembly.GetName().Name, friends);
    }

    [Fact]
    public void Code_in_the_readme_is_what_the_tests_compile()
    {
        var code = File.ReadAllText(Path.Combine(Folder, "README.md")).ReplaceLineEndings("\n").Split("```")[1].Split('\n')[1..^1];
        var example = File.ReadAllLines(Path.Combine(Folder, "..", "..", "tests", "IntegrationKit.Testcontainers.Tests", "ReadmeExample.cs")).Select(each => each.Trim()).ToArray();

        Assert.NotEmpty(code);
        Assert.All(code, line => Assert.Contains(line.Trim(), example));
    }

    private static string Folder => typeof(PublicApiTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "Library").Value!;
}
