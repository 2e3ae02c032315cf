using PublicApiGenerator;

namespace IntegrationKit.Tests.Architecture;

/// <summary>The public surface stands in a text file, so that a change of it is seen in review.</summary>
public sealed class PublicApiTests
{
    private static readonly string[] ForeignNamespaces = ["Docker.DotNet", "Polly"];

    [Fact]
    public void Public_surface_is_the_one_that_was_decided()
    {
        var file = Path.Combine(Repository.Library, "PublicApi.txt");
        var actual = Generate();

        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file).ReplaceLineEndings("\n") == actual,
            $"The public surface differs from {file}. Where the change is meant, run this test with UPDATE_PUBLIC_API=1 and commit the file.");
    }

    [Fact]
    public void Public_surface_shows_no_type_of_the_engine_client()
    {
        var surface = Generate();

        Assert.Contains("class TestInfrastructure", surface, StringComparison.Ordinal);
        Assert.All(ForeignNamespaces, each => Assert.DoesNotContain(each, surface, StringComparison.Ordinal));
    }

    [Fact]
    public void Public_types_stand_in_one_namespace()
    {
        var types = typeof(TestInfrastructure).Assembly.GetExportedTypes();

        Assert.NotEmpty(types);
        Assert.DoesNotContain(types, each => each.Namespace != "IntegrationKit");
    }

    private static string Generate() => typeof(TestInfrastructure).Assembly
        .GeneratePublicApi(new() { IncludeAssemblyAttributes = false })
        .ReplaceLineEndings("\n") + "\n";
}
