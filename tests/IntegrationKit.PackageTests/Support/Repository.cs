using System.Reflection;

namespace IntegrationKit.PackageTests.Support;

/// <summary>Where things lie, and how much is to be tested.</summary>
internal static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(each => each.Key == "RepositoryRoot").Value!;

    public static string Tests { get; } = Path.Combine(Root, "tests", "IntegrationKit.PackageTests");

    /// <summary>Whether there is time for more.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("INTEGRATIONKIT_LONG") == "1";

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Makes a folder outside of any solution.</summary>
    public static string MakeFolder() => Directory.CreateTempSubdirectory("integrationkit-packages-").FullName;

    /// <summary>Compares with a list that stands in a file, which UPDATE_PACKAGE_LISTS=1 writes.</summary>
    public static void AssertListed(string file, IEnumerable<string> lines)
    {
        var path = Path.Combine(Tests, "Content", file);
        var actual = string.Join('\n', lines) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_PACKAGE_LISTS") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{path} is missing: run this test with UPDATE_PACKAGE_LISTS=1.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
