using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Security;

/// <summary>Neither a script's path nor what goes over in an archive leads out of its folder.</summary>
public sealed class ScriptPathTests
{
    [Theory]
    [InlineData("../schema.sql")]
    [InlineData("sql/../../schema.sql")]
    public async Task Relative_path_that_escapes_is_refused(string path)
    {
        await using var infra = new TestInfrastructure().Register("postgres", new PostgresService { InitScripts = [path] });

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(Kit.Cancellation));

        Assert.Contains($"Script '{path}' leads out of the folder in which it is looked for.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_files_stay_inside_their_folder_and_nothing_is_left_there()
    {
        // Names that a shell or an archive could take for something else.
        using var first = new TempFile("..$(touch escaped).sql", "CREATE TABLE first (id int)");
        using var second = new TempFile("-f ; touch escaped.sql", "CREATE TABLE second (id int)");
        var postgres = new PostgresService { InitScripts = [first.Path, second.Path] };
        await using var infra = (await Kit.CreateAsync()).Register("postgres", postgres);
        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal(2, await postgres.DataSource.ReadAsync<long>("SELECT count(*) FROM pg_tables WHERE tablename IN ('first', 'second')"));
        var found = await postgres.ExecAsync(["find", "/", "-xdev", "(", "-name", "escaped*", "-o", "-path", "/tmp/*", ")"], Kit.Cancellation);
        Assert.Empty(found.Output);
        await Assert.ThrowsAsync<ArgumentException>(() => postgres.ExecuteScriptAsync("../schema.sql", Kit.Cancellation));
    }
}
