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

    /// <summary>A link to a file, and a folder on the way that is one; an absolute path is taken as it is.</summary>
    [Theory]
    [InlineData("link.sql")]
    [InlineData("folder/real.sql")]
    public void Symbolic_link_that_leads_out_is_refused_in_a_relative_path(string name)
    {
        var elsewhere = Directory.CreateTempSubdirectory("integrationkit-").FullName;
        var folder = Path.Combine(AppContext.BaseDirectory, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        try
        {
            File.WriteAllText(Path.Combine(elsewhere, "real.sql"), "SELECT 1");
            File.CreateSymbolicLink(Path.Combine(folder, "link.sql"), Path.Combine(elsewhere, "real.sql"));
            Directory.CreateSymbolicLink(Path.Combine(folder, "folder"), elsewhere);
            var path = Path.Combine(Path.GetFileName(folder), name);

            AssertRefused(path, $"Script '{path}' is, or is below, a symbolic link that leads out of ");
            Assert.Equal(Path.Combine(folder, name), ScriptFile.Find(Path.Combine(folder, name)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    [Fact]
    public void Symbolic_links_that_lead_to_each_other_are_refused()
    {
        var path = $"{Guid.NewGuid():N}.sql";
        var file = Path.Combine(AppContext.BaseDirectory, path);
        File.CreateSymbolicLink(file, file);
        try
        {
            Assert.Contains("symbolic links", Assert.Single(ScriptFile.Problems([path])), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

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
