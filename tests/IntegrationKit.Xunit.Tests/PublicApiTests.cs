using System.Reflection;
using PublicApiGenerator;

namespace IntegrationKit.AdapterTests;

/// <summary>The public surfaces stand in text files, so that a change of them is seen in review.</summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("IntegrationKit.Xunit", "V2Scenarios")]
    [InlineData("IntegrationKit.Xunit.V3", "V3Scenarios")]
    public void Public_surface_is_the_one_that_was_decided(string package, string scenarios)
    {
        var file = Path.Combine(Repository.Root, "src", package, "PublicApi.txt");
        var assembly = Assembly.LoadFrom(Path.Combine(Path.GetDirectoryName(Repository.Metadata(scenarios))!, $"{package}.dll"));
        var actual = assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false, ExcludeAttributes = ["System.Diagnostics.StackTraceHiddenAttribute"] }).ReplaceLineEndings("\n") + "\n";

        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file).ReplaceLineEndings("\n") == actual,
            $"The public surface differs from {file}. Where the change is meant, run this test with UPDATE_PUBLIC_API=1 and commit the file.");
    }
}
