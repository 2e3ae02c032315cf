using IntegrationKit.Services.Postgres;
using IntegrationKit.Tests.HttpMock;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationKit.Tests.Services.Postgres;

/// <summary>Who is blamed for what appears on a whole server, and who is told of it.</summary>
public sealed class ServerWideWatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("integrationkit-").FullName;
    private readonly List<ServerWideThing> _server = [Database("postgres"), new("role", "postgres", "", "postgres", "")];
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _log = new();
    private readonly ServerWideWatch _watch;

    public ServerWideWatchTests() =>
        _watch = new(isShared: true, _time, (_, _) => Task.FromResult<IReadOnlyList<ServerWideThing>>([.. _server]), name => name.StartsWith("slice", StringComparison.Ordinal));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Of_two_set_ups_at_a_time_the_one_whose_script_mentions_it_is_blamed()
    {
        File.WriteAllText(Path.Combine(_folder, "included.sql"), "CREATE DATABASE billing");
        var (guilty, innocent) = (Scripted("\\ir included.sql"), Scripted("CREATE TABLE t (x int)"));
        using var one = await _watch.BeginAsync("slice_1", Cancellation);
        using var two = await _watch.BeginAsync("slice_2", Cancellation);
        _server.AddRange([Database("billing"), Database("slice_3")]);

        Assert.Empty(await two.FindRefusedAsync(innocent, Cancellation));
        Assert.Equal([Database("billing")], await one.FindRefusedAsync(guilty, Cancellation));
    }

    /// <summary>What Initialize does stands in no text.</summary>
    [Fact]
    public async Task Initialize_is_blamed_if_no_other_set_up_runs_and_else_everybody_is_told()
    {
        var setup = new DatabaseSetup(new PostgresService(), [], (_, _) => Task.CompletedTask);
        await _watch.NoteAsync("", Cancellation);
        using (var alone = await _watch.BeginAsync("slice_1", Cancellation))
        {
            _server.Add(Database("first"));
            Assert.Equal([Database("first")], await alone.FindRefusedAsync(setup, Cancellation));
        }

        using (var one = await _watch.BeginAsync("slice_1", Cancellation))
        using (await _watch.BeginAsync("slice_2", Cancellation))
        {
            _server.Add(Database("second"));
            Assert.Empty(await one.FindRefusedAsync(setup, Cancellation));
        }

        await LookAsync(isLast: true);
        Assert.Contains("database \"second\". Other classes share the server", Assert.Single(_log.Entries).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resets_look_once_a_second_and_a_stop_always_and_nothing_is_told_twice()
    {
        await _watch.NoteAsync("", Cancellation);
        _server.Add(Database("made"));

        await LookAsync();
        Assert.Empty(_log.Entries);
        _time.Advance(TimeSpan.FromSeconds(1));
        await LookAsync();
        Assert.Single(_log.Entries);

        _server[1] = _server[1] with { Detail = "changed" };
        await LookAsync(isLast: true);
        await LookAsync(isLast: true);
        Assert.Contains("role \"postgres\"", _log.Entries.Last().Message, StringComparison.Ordinal);
        Assert.Equal(2, _log.Entries.Count);
    }

    [Fact]
    public async Task Roles_of_its_own_are_allowed_to_a_set_up_and_those_of_others_are_not()
    {
        var setup = Scripted("CREATE ROLE app; ALTER ROLE postgres …; GRANT app TO postgres");
        using var watch = await _watch.BeginAsync("slice_1", Cancellation);
        _server.AddRange(
            [new("role", "app", "", "app", ""), new("settings of role", "app", "", "app", ""), new("membership", "postgres in app", "", "postgres", "app"), new("settings of role", "postgres", "", "postgres", "")]);

        var refused = await watch.FindRefusedAsync(setup, Cancellation);

        Assert.Equal("settings of role \"postgres\"", Assert.Single(refused).ToString());
    }

    private static ServerWideThing Database(string name) => new("database", name, "", "", "");

    private Task LookAsync(bool isLast = false) => _watch.LookAsync("orders", _log, "slice_1", isLast, Cancellation);

    private DatabaseSetup Scripted(string script)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.sql");
        File.WriteAllText(path, script);
        return new(new PostgresService(), [path], Initialize: null);
    }
}
