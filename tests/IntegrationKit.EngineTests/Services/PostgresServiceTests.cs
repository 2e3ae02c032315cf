using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Services;

public sealed class PostgresServiceTests
{
    [Fact]
    public async Task Start_with_scripts_and_initialize_gives_a_database_with_both()
    {
        using var schema = new TempFile("01 schema.sql", "CREATE TABLE item (id serial PRIMARY KEY, name text);\n\\echo only psql knows this\nCOPY item (name) FROM stdin;\nfrom copy\n\\.\n");
        using var shell = new TempFile("02-more.sh", "psql --username \"$POSTGRES_USER\" --dbname \"$POSTGRES_DB\" -c \"INSERT INTO item (name) VALUES ('from shell')\"");
        using var zipped = new TempFile("03-zipped.sql.gz", GZip("INSERT INTO item (name) VALUES ('from gzip');"));
        PostgresService? postgres = null;
        postgres = new()
        {
            Database = "orders",
            User = "tester",
            InitScripts = [schema.Path, shell.Path, zipped.Path],
            Initialize = async (_, token) =>
            {
                await using var database = NpgsqlDataSource.Create(postgres!.ConnectionString);
                await using var command = database.CreateCommand("INSERT INTO item (name) VALUES ('from initialize')");
                await command.ExecuteNonQueryAsync(token);
            },
        };
        await using var infra = (await Kit.CreateAsync()).Register("postgres", postgres);
        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Equal("from copy,from shell,from gzip,from initialize", await postgres.DataSource.ReadAsync<string>("SELECT string_agg(name, ',' ORDER BY id) FROM item"));
        Assert.Equal("orders/tester", await postgres.DataSource.ReadAsync<string>("SELECT current_database() || '/' || current_user"));
        Assert.Equal("off/off/off/500", await postgres.DataSource.ReadAsync<string>(
            "SELECT concat_ws('/', current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'), current_setting('max_connections'))"));
        await using var connection = await postgres.OpenConnectionAsync(Kit.Cancellation);
        Assert.Equal("127.0.0.1", connection.Host);
    }

    [Fact]
    public async Task ConnectionString_with_wrong_password_is_refused()
    {
        var postgres = new PostgresService { Settings = { ["max_connections"] = "20" } };
        await using var infra = (await Kit.CreateAsync()).Register("postgres", postgres);
        await infra.StartAllAsync(Kit.Cancellation);
        var wrong = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "wrong" };

        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        var error = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Kit.Cancellation));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
        Assert.Equal("20", await postgres.DataSource.ReadAsync<string>("SELECT current_setting('max_connections')"));
    }

    [Fact]
    public async Task Start_leaves_no_volume_behind_and_publishes_on_loopback_only()
    {
        var postgres = new PostgresService();
        await using var infra = (await Kit.CreateAsync()).Register("postgres", postgres);
        await infra.StartAllAsync(Kit.Cancellation);

        var mounts = await postgres.ExecAsync(["sh", "-c", "grep /var/lib/postgresql /proc/mounts"], Kit.Cancellation);

        Assert.Contains("tmpfs", mounts.Output, StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", postgres.Endpoint(PostgresService.ContainerPort).Host);
    }

    [Fact]
    public async Task Start_again_after_a_stop_is_fresh()
    {
        var postgres = new PostgresService();
        await using var infra = (await Kit.CreateAsync()).Register("postgres", postgres);
        await infra.StartAllAsync(Kit.Cancellation);
        await postgres.DataSource.RunAsync("CREATE TABLE left_over (x int)");
        var first = postgres.ContainerId;

        await infra.StopAllAsync(Kit.Cancellation);
        var stopped = Assert.Throws<InvalidOperationException>(() => postgres.ConnectionString);
        await infra.StartAllAsync(Kit.Cancellation);

        Assert.Contains("postgres", stopped.Message, StringComparison.Ordinal);
        Assert.NotEqual(first, postgres.ContainerId);
        Assert.True(await postgres.DataSource.ReadAsync<bool>("SELECT to_regclass('left_over') IS NULL"));
        Assert.Null(await Kit.InspectAsync(first));
    }

    [Fact]
    public async Task Start_with_failing_script_shows_the_sql_error_with_its_line_and_the_log()
    {
        using var good = new TempFile("good.sql", "CREATE TABLE a (x int);");
        using var bad = new TempFile("bad.sql", "SELECT 1;\nINSERT INTO no_such_table VALUES (1);\n");
        var name = Kit.Unique("postgres");
        await using var infra = (await Kit.CreateAsync()).Register(name, new PostgresService { InitScripts = [good.Path, bad.Path] });

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        var script = Assert.IsType<ScriptException>(error.Cause);
        Assert.Equal("bad.sql", script.Script);
        Assert.Contains("bad.sql:2: ERROR:  relation \"no_such_table\" does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Container!.LastLogLines, line => line.Contains("STATEMENT:  INSERT INTO no_such_table", StringComparison.Ordinal));
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Theory]
    [InlineData("broken.sql.gz", "this is no archive")]
    [InlineData("broken.sh", "echo before; exit 7; echo after")]
    public async Task Start_with_broken_script_names_it(string file, string content)
    {
        using var script = new TempFile(file, content);
        await using var infra = (await Kit.CreateAsync()).Register("postgres", new PostgresService { InitScripts = [script.Path] });

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Equal(file, Assert.IsType<ScriptException>(error.Cause).Script);
    }

    [Fact]
    public async Task Start_with_failing_initialize_shows_its_exception_and_leaves_nothing()
    {
        var name = Kit.Unique("postgres");
        var postgres = new PostgresService { Password = "not-to-be-seen", Initialize = (_, _) => throw new InvalidOperationException("migration 7 failed for not-to-be-seen") };
        await using var infra = (await Kit.CreateAsync()).Register(name, postgres);

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Contains("migration 7 failed for ***", error.Message, StringComparison.Ordinal);
        Assert.Equal("Initialize", error.WaitingFor);
        Assert.Equal(ServiceState.Failed, postgres.State);
        Assert.Empty(await Kit.LeftoversAsync(name));
    }

    [Fact]
    public async Task ExecuteScriptAsync_runs_a_file_and_reports_its_error()
    {
        using var good = new TempFile("good.sql", "CREATE TABLE made_by_script (x int);");
        using var bad = new TempFile("bad.sql", "CREATE TABLE made_by_script (x int);");
        var postgres = new PostgresService();
        await using var infra = (await Kit.CreateAsync()).Register("postgres", postgres);
        await infra.StartAllAsync(Kit.Cancellation);

        await postgres.ExecuteScriptAsync(good.Path, Kit.Cancellation);
        var error = await Assert.ThrowsAsync<ScriptException>(() => postgres.ExecuteScriptAsync(bad.Path, Kit.Cancellation));

        Assert.Contains("already exists", error.Error, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FileNotFoundException>(() => postgres.ExecuteScriptAsync("no-such.sql", Kit.Cancellation));
        Assert.Equal("", (await postgres.ExecAsync(["sh", "-c", "ls /tmp | grep integrationkit"], Kit.Cancellation)).Output);
    }

    private static byte[] GZip(string text)
    {
        using var buffer = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(buffer, System.IO.Compression.CompressionMode.Compress))
        {
            zip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        return buffer.ToArray();
    }
}
