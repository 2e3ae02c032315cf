using IntegrationKit.Services.Postgres;

namespace IntegrationKit.Tests.Services.Postgres;

/// <summary>Where a script is looked for, and what is said where it is not found.</summary>
public sealed class ScriptFileTests
{
    // A file that is never copied to the output.
    private const string ProjectFile = "IntegrationKit.Tests.csproj";

    private static string ProjectFolder { get; } = Path.Combine(Architecture.Repository.Root, "tests", "IntegrationKit.Tests");

    [Fact]
    public void Script_beside_the_project_file_is_found()
    {
        Assert.Equal(Path.Combine(ProjectFolder, ProjectFile), ScriptFile.Find(ProjectFile));
        Assert.Equal(Path.Combine(ProjectFolder, "Services", "Postgres", "ScriptFileTests.cs"), ScriptFile.Find("Services/Postgres/ScriptFileTests.cs"));
    }

    [Fact]
    public void Copy_in_the_output_folder_comes_before_the_one_beside_the_project_file()
    {
        var copy = Path.Combine(AppContext.BaseDirectory, ProjectFile);
        File.WriteAllText(copy, "SELECT 1");
        try
        {
            Assert.Equal(copy, ScriptFile.Find(ProjectFile));
        }
        finally
        {
            File.Delete(copy);
        }
    }

    [Fact]
    public void Missing_script_is_explained_with_every_place_that_was_looked_at()
    {
        var error = Assert.Throws<FileNotFoundException>(() => ScriptFile.Find("no/such.sql"));

        Assert.Equal([error.Message], ScriptFile.Problems("no/such.sql"));
        Assert.All(
            [AppContext.BaseDirectory, Directory.GetCurrentDirectory(), ProjectFolder],
            folder => Assert.Contains(Path.Combine(folder, "no", "such.sql"), error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../x.sql")]
    [InlineData("a/../../x.sql")]
    [InlineData("./../a/x.sql")]
    public void Relative_path_that_leads_out_is_refused(string path) => AssertRefused(path, $"Script '{path}' leads out of the folder in which it is looked for.");

    /// <summary>It leads back into one of the folders, and out of the others.</summary>
    [Fact]
    public void Relative_path_that_leads_out_and_back_is_refused()
    {
        var path = $"../{Path.GetFileName(Directory.GetCurrentDirectory())}/x.sql";

        AssertRefused(path, $"Script '{path}' leads out of the folder in which it is looked for.");
    }

    [Fact]
    public void Relative_path_that_stays_inside_is_taken() =>
        Assert.Equal(Path.Combine(ProjectFolder, ProjectFile), ScriptFile.Find($"Services/.././{ProjectFile}"));

    [Theory]
    [InlineData("a\0b.sql", "a\\0b.sql")]
    [InlineData("/a\0b.sql", "/a\\0b.sql")]
    public void Path_with_a_nul_is_refused(string path, string shown) => AssertRefused(path, $"Script '{shown}' has a NUL character in its path.");

    private static void AssertRefused(string path, string says)
    {
        Assert.StartsWith(says, Assert.Single(ScriptFile.Problems(path)), StringComparison.Ordinal);
        Assert.StartsWith(says, Assert.Throws<ArgumentException>(() => ScriptFile.Find(path)).Message, StringComparison.Ordinal);
    }
}
