using IntegrationKit.Services.Postgres;

namespace IntegrationKit.Tests.Services.Postgres;

/// <summary>What travels with scripts: what lies beside them and is named in them, within bounds, and nothing from elsewhere.</summary>
public sealed class ScriptBundleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("integrationkit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Script_without_commands_travels_alone()
    {
        Write("other.sql", "");
        var script = Write("main.sql", "SELECT 'other.sql'; -- named, but not read");

        var bundle = ScriptBundle.Of([script]);

        Assert.Equal(["0/main.sql"], bundle.Scripts);
        Assert.Equal(["0/main.sql"], bundle.Files.Keys);
    }

    [Fact]
    public void Files_and_folders_that_are_named_travel_with_what_these_name()
    {
        Write("unnamed.sql", "");
        Write("tables/a.sql", "\\ir ../seed.sql");
        Write("tables/deep/b.sql", "");
        Write("seed.sql", "\\copy t FROM 'rows.csv'\n");
        Write("rows.csv", "1");
        var script = Write("main.sql", "SELECT 1;\n  \\ir tables/a.sql\n");

        var bundle = ScriptBundle.Of([script]);

        Assert.Equal(["0/main.sql", "0/rows.csv", "0/seed.sql", "0/tables/a.sql", "0/tables/deep/b.sql"], bundle.Files.Keys);
    }

    [Fact]
    public void Scripts_of_one_folder_share_it_and_run_in_their_order()
    {
        var (second, first, far) = (Write("b.sql", ""), Write("a.sh", "cat b.sql"), Write("far/b.sql", ""));

        var bundle = ScriptBundle.Of([second, first, far, second]);

        Assert.Equal(["0/b.sql", "0/a.sh", "1/b.sql", "0/b.sql"], bundle.Scripts);
        Assert.Equal(["0/a.sh", "0/b.sql", "1/b.sql"], bundle.Files.Keys);
    }

    [Fact]
    public void Too_many_files_are_refused_with_the_bound()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "many"));
        for (var i = 0; i <= ScriptBundle.MostFiles; i++)
        {
            File.Create(Path.Combine(_folder, "many", $"{i}.sql")).Dispose();
        }

        AssertRefused(Write("main.sql", "\\i many/1.sql"), "Script 'main.sql' names files or folders beside it that are too much to bring along: at most 1000 files and 64 MiB go with scripts.");
    }

    [Fact]
    public void Too_many_bytes_are_refused_with_the_bound()
    {
        using (var file = File.Create(Path.Combine(_folder, "huge.csv")))
        {
            file.SetLength(ScriptBundle.MostBytes + 1);
        }

        AssertRefused(Write("main.sql", "\\copy t FROM huge.csv"), "at most 1000 files and 64 MiB go with scripts");
    }

    [Theory]
    [InlineData("link")]
    [InlineData("link/below.sql")]
    public void Symbolic_link_that_leads_out_is_refused(string named)
    {
        using var outside = new Elsewhere();
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), named == "link" ? outside.File : outside.Folder);

        AssertRefused(Write("main.sql", $"\\i {named}"), "link' is a symbolic link that leads out of the folder of the script that names it.");
    }

    [Fact]
    public void Symbolic_link_that_stays_inside_travels_as_a_file()
    {
        Write("real/rows.csv", "1");
        File.CreateSymbolicLink(Path.Combine(_folder, "rows.csv"), Path.Combine("real", "rows.csv"));

        Assert.Equal(["0/main.sql", "0/rows.csv"], ScriptBundle.Of([Write("main.sql", "\\copy t FROM rows.csv")]).Files.Keys);
    }

    [Fact]
    public async Task Key_of_the_template_changes_with_what_travels()
    {
        var script = Write("main.sql", "\\copy t FROM rows.csv");
        Write("rows.csv", "1");
        var one = await TemplateKey.OfAsync([script], null, tracksWrites: true, TestContext.Current.CancellationToken);
        Write("rows.csv", "2");

        Assert.NotEqual(one, await TemplateKey.OfAsync([script], null, tracksWrites: true, TestContext.Current.CancellationToken));
    }

    private static void AssertRefused(string script, string says)
    {
        Assert.Contains(says, Assert.Throws<IntegrationKitException>(() => ScriptBundle.Of([script])).Message, StringComparison.Ordinal);

        // It is a mistake of the settings, found before anything is started.
        Assert.Contains(says, Assert.Single(ScriptFile.Problems([script])), StringComparison.Ordinal);
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>A folder outside, with a file.</summary>
    private sealed class Elsewhere : IDisposable
    {
        public Elsewhere() => System.IO.File.WriteAllText(File, "");

        public string Folder { get; } = Directory.CreateTempSubdirectory("integrationkit-").FullName;

        public string File => Path.Combine(Folder, "below.sql");

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
