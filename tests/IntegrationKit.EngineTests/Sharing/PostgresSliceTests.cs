using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Sharing;

[Collection(nameof(SharedKit))]
public sealed class PostgresSliceTests : IClassFixture<SharedKit.EndOfRun>, IDisposable
{
    private readonly TempFile _schema = new("schema.sql", "CREATE TABLE t (x int); INSERT INTO t VALUES (1);");

    public void Dispose() => _schema.Dispose();

    [Fact]
    public async Task Slices_have_the_scripts_result_and_none_sees_or_resets_anothers_rows()
    {
        var (one, two) = (Orders(), Orders());
        await using var first = await SharedKit.StartAsync(one);
        await using var second = await SharedKit.StartAsync(two);
        await one.DataSource.RunAsync("INSERT INTO t VALUES (2)");
        await two.DataSource.RunAsync("INSERT INTO t VALUES (3), (4)");

        await first.ResetAllAsync(Kit.Cancellation);

        Assert.StartsWith("orders_", one.DatabaseName, StringComparison.Ordinal);
        Assert.Equal(one.DatabaseName, await one.DataSource.ReadAsync<string>("SELECT current_database()::text"));
        Assert.Equal(1L, await one.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal(3L, await two.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal(20, new NpgsqlConnectionStringBuilder(one.ConnectionString).MaxPoolSize);
        Assert.True(int.Parse(await one.DataSource.ReadAsync<string>("SHOW max_connections"), System.Globalization.CultureInfo.InvariantCulture) >= 500);
    }

    [Fact]
    public async Task Stop_fences_the_slice_off_from_whoever_still_uses_it()
    {
        var (one, two) = (Orders(), Orders());
        await using var first = await SharedKit.StartAsync(one);
        await using var second = await SharedKit.StartAsync(two);
        var (connectionString, pid) = (one.ConnectionString, 0);
        await using var straggler = new NpgsqlConnection(connectionString);
        await straggler.OpenAsync(Kit.Cancellation);
        pid = straggler.ProcessID;

        await first.StopAllAsync(Kit.Cancellation);

        await using var command = new NpgsqlCommand("INSERT INTO t VALUES (9)", straggler);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteNonQueryAsync(Kit.Cancellation));
        await using var newcomer = new NpgsqlConnection(connectionString + ";Pooling=false");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => newcomer.OpenAsync(Kit.Cancellation));
        Assert.Equal(0L, await two.DataSource.ReadAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}"));
        await first.StartAllAsync(Kit.Cancellation);
        Assert.Equal(1L, await one.DataSource.ReadAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Initialize_runs_once_for_a_key_and_for_each_service_without_one()
    {
        var (keyed, unkeyed) = (0, 0);
        PostgresService Make(string? key)
        {
            Func<NpgsqlDataSource, CancellationToken, Task> work = async (data, token) =>
            {
                _ = key is null ? Interlocked.Increment(ref unkeyed) : Interlocked.Increment(ref keyed);
                await data.RunAsync("INSERT INTO t VALUES (2)");
            };
            return new() { InitScripts = [_schema.Path], Initialize = key is null ? work : new DatabaseInitializer(key, work) };
        }

        var services = new[] { Make("v1"), Make("v1"), Make("v2"), Make(null), Make(null) };
        await using var infra = await SharedKit.StartAsync(services);

        Assert.Equal((2, 2), (keyed, unkeyed));
        foreach (var service in services)
        {
            await service.DataSource.RunAsync("DELETE FROM t");
        }

        await infra.ResetAllAsync(Kit.Cancellation);
        foreach (var service in services)
        {
            Assert.Equal(3L, await service.DataSource.ReadAsync<long>("SELECT sum(x) FROM t"));
        }
    }

    [Fact]
    public async Task Role_that_another_template_made_names_OwnServer()
    {
        using var one = new TempFile("roles.sql", "CREATE ROLE app; CREATE TABLE a (x int)");
        using var two = new TempFile("roles.sql", "CREATE ROLE app; CREATE TABLE b (x int)");
        var same = new[] { Scripted(one), Scripted(one) };
        await using var first = await SharedKit.StartAsync(same);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            await using var second = await SharedKit.CreateAsync(Scripted(two));
            var error = await Kit.StartFailsAsync<ServiceStartException>(second);
            Assert.Contains("Set OwnServer = true", error.LikelyCause, StringComparison.Ordinal);
            Assert.Contains("\"app\"", error.LikelyCause, StringComparison.Ordinal);
        }

        Assert.Equal(0L, await same[1].DataSource.ReadAsync<long>("SELECT count(*) FROM a"));
        await using var own = await SharedKit.StartAsync(new PostgresService { InitScripts = [two.Path], OwnServer = true });
    }

    [Fact]
    public async Task Script_that_fails_fails_the_same_way_again()
    {
        using var script = new TempFile("broken.sql", "CREATE ROLE half;\nCREATE TABEL t (x int);");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await using var infra = await SharedKit.CreateAsync(Scripted(script));
            var error = await Kit.StartFailsAsync<ServiceStartException>(infra);
            Assert.Contains("TABEL", error.Message, StringComparison.Ordinal);
            Assert.Contains("at line 2", error.LikelyCause, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Script_that_connects_to_the_database_by_a_fixed_name_is_told_of_the_generated_one()
    {
        using var script = new TempFile("connects.sql", "\\connect orders\nCREATE TABLE t (x int);");
        await using var infra = await SharedKit.CreateAsync(new PostgresService { Database = "orders", InitScripts = [script.Path] });

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.Contains("OwnServer", error.LikelyCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed_after_the_start_is_part_of_the_baseline_once_it_is_captured()
    {
        var postgres = Orders();
        await using var infra = await SharedKit.StartAsync(postgres);
        await postgres.DataSource.RunAsync("INSERT INTO t VALUES (10); CREATE TABLE made (y int); INSERT INTO made VALUES (5)");

        await infra.CaptureBaselineAsync(Kit.Cancellation);
        await postgres.DataSource.RunAsync("DELETE FROM t; DELETE FROM made");
        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.Equal(11L, await postgres.DataSource.ReadAsync<long>("SELECT sum(x) FROM t"));
        Assert.Equal(5L, await postgres.DataSource.ReadAsync<long>("SELECT sum(y) FROM made"));
    }

    [Fact]
    public async Task Settings_of_the_database_are_those_of_the_template()
    {
        using var script = new TempFile("settings.sql", "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path TO odd', current_database()); END $$; CREATE SCHEMA odd;");
        var (one, two) = (Scripted(script), Scripted(script));
        await using var infra = await SharedKit.StartAsync(one, two);

        Assert.Equal("odd", await one.DataSource.ReadAsync<string>("SHOW search_path"));
        Assert.Equal("odd", await two.DataSource.ReadAsync<string>("SHOW search_path"));
    }

    [Fact]
    public async Task Log_shows_the_lines_of_the_own_database_only()
    {
        var (one, two) = (Orders(), Orders());
        await using var first = await SharedKit.StartAsync(one);
        await using var second = await SharedKit.StartAsync(two);
        await Assert.ThrowsAsync<PostgresException>(() => one.DataSource.RunAsync("SELECT 'of the first'\nFROM nothing_1"));
        await Assert.ThrowsAsync<PostgresException>(() => two.DataSource.RunAsync("SELECT 'of the second' FROM nothing_2"));

        var lines = await first.ReadLogsAsync(DateTimeOffset.UnixEpoch, Kit.Cancellation).Select(each => each.Line.Text).ToListAsync(Kit.Cancellation);

        Assert.Contains(lines, each => each.Contains("nothing_1", StringComparison.Ordinal));
        Assert.Contains(lines, each => each.Contains("'of the first'", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, each => each.Contains("nothing_2", StringComparison.Ordinal) || each.Contains("of the second", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_of_the_slice_shows_no_password()
    {
        var postgres = Orders();
        await using var infra = await SharedKit.StartAsync(postgres);
        var password = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Password!;
        await Assert.ThrowsAsync<PostgresException>(() => postgres.DataSource.RunAsync($"SELECT '{password}' FROM nothing"));

        List<string> lines = [];
        await Kit.UntilAsync(async () =>
        {
            lines = await infra.ReadLogsAsync(DateTimeOffset.UnixEpoch, Kit.Cancellation).Select(each => each.Line.Text).ToListAsync(Kit.Cancellation);
            return lines.Any(each => each.Contains("SELECT '***' FROM nothing", StringComparison.Ordinal));
        });

        Assert.DoesNotContain(lines, each => each.Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Long_database_name_keeps_within_the_limit()
    {
        var services = Enumerable.Range(0, 2).Select(_ => new PostgresService { Database = new string('d', 63) }).ToArray();
        await using var infra = await SharedKit.StartAsync(services);

        Assert.All(services, each => Assert.Equal(63, each.DatabaseName.Length));
        Assert.NotEqual(services[0].DatabaseName, services[1].DatabaseName);
    }

    private static PostgresService Scripted(TempFile script) => new() { InitScripts = [script.Path] };

    private PostgresService Orders() => new() { Database = "orders", InitScripts = [_schema.Path] };
}
