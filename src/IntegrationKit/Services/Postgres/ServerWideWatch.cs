using Microsoft.Extensions.Logging;
using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>
/// Watches what belongs to a whole server. On one that is shared, what the set-up of a service makes there is refused, except for
/// roles. What tests make there is told by a warning: no reset brings it back, and where several classes use the server, nobody
/// can know which of them it was.
/// </summary>
internal sealed class ServerWideWatch(
    bool isShared, TimeProvider timeProvider, Func<string, CancellationToken, Task<IReadOnlyList<ServerWideThing>>> read, Func<string, bool> isOwn)
{
    /// <summary>How often resets look.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly Action<ILogger, string, string, string, Exception?> Changed = LoggerMessage.Define<string, string, string>(
        LogLevel.Warning,
        new(13, "ServerWideChange"),
        "Seen when service '{Service}' was reset or stopped: tests have made or changed what belongs to a whole PostgreSQL server, so that no reset brings it back: {Things}. {Advice}");

    private readonly Lock _gate = new();
    private readonly HashSet<ServerWideThing> _known = [];
    private readonly List<SetupWatch> _open = [];
    private long? _lastLook;

    /// <summary>Whether it knows what was there before anybody used the server.</summary>
    public bool HasBegun
    {
        get
        {
            lock (_gate)
            {
                return _lastLook is not null;
            }
        }
    }

    /// <summary>Notes what is there: it is not told.</summary>
    public async Task NoteAsync(string database, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(database, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _known.UnionWith(found);
            _lastLook ??= timeProvider.GetTimestamp();
        }
    }

    /// <summary>Begins to watch the set-up of a database.</summary>
    public async Task<SetupWatch> BeginAsync(string database, CancellationToken cancellationToken)
    {
        var watch = new SetupWatch(this, database);
        lock (_gate)
        {
            _open.Add(watch);
            if (_open.Count > 1)
            {
                _open.ForEach(each => each.WasAlone = false);
            }
        }

        try
        {
            watch.Before = await ReadAsync(database, cancellationToken).ConfigureAwait(false);
            return watch;
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    /// <summary>Logs what tests have made or changed, each thing once.</summary>
    /// <param name="service">The service whose reset or stop it is.</param>
    /// <param name="logger">Its infrastructure's log.</param>
    /// <param name="database">Its database.</param>
    /// <param name="isLast">Whether the service stops: then it looks even if somebody has looked shortly before.</param>
    /// <param name="cancellationToken">The token.</param>
    public async Task LookAsync(string service, ILogger logger, string database, bool isLast, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_open.Count > 0 || (!isLast && _lastLook is { } last && timeProvider.GetElapsedTime(last) < Pause))
            {
                // What a set-up makes is judged at its end.
                return;
            }

            _lastLook = timeProvider.GetTimestamp();
        }

        IReadOnlyList<ServerWideThing> found;
        try
        {
            found = await ReadAsync(database, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IntegrationKitException)
        {
            // The next reset or stop looks again; this one has done its work.
            return;
        }

        ServerWideThing[] news;
        lock (_gate)
        {
            news = _open.Count > 0 ? [] : [.. found.Where(_known.Add)];
        }

        if (news.Length > 0)
        {
            Changed(
                logger,
                service,
                string.Join(", ", news.Select(each => each.ToString())),
                isShared ? "Other classes share the server and see it. Set OwnServer = true on the service of the class that does it" : "Undo it in the test that does it",
                null);
        }
    }

    private async Task<IReadOnlyList<ServerWideThing>> ReadAsync(string database, CancellationToken cancellationToken) =>
        [.. (await read(database, cancellationToken).ConfigureAwait(false)).Where(each => !each.IsOfDatabase || !isOwn(each.Name))];

    /// <summary>The watch over one set-up.</summary>
    internal sealed class SetupWatch(ServerWideWatch owner, string database) : IDisposable
    {
        public IReadOnlyList<ServerWideThing> Before { get; set; } = [];

        /// <summary>Whether no other set-up ran at the same time.</summary>
        public bool WasAlone { get; set; } = true;

        /// <summary>What the set-up has made or changed and should not have.</summary>
        /// <param name="setup">Tells whether it may have made something of a name when others may have, too.</param>
        /// <param name="cancellationToken">The token.</param>
        public async Task<IReadOnlyList<ServerWideThing>> FindRefusedAsync(DatabaseSetup setup, CancellationToken cancellationToken)
        {
            var after = await owner.ReadAsync(database, cancellationToken).ConfigureAwait(false);
            var roles = Before.Where(each => each.Kind == "role").Select(each => each.Name).ToHashSet(StringComparer.Ordinal);
            ServerWideThing[] news = [.. after.Except(Before).Where(each => setup.MayHaveMade(each.Word, WasAlone))];
            lock (owner._gate)
            {
                owner._known.UnionWith(news);
            }

            // Roles of its own are what grants in the database refer to.
            return [.. news.Where(each => each.Role.Length == 0 || (roles.Contains(each.Role) && (each.Group.Length == 0 || roles.Contains(each.Group))))];
        }

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._open.Remove(this);
            }
        }
    }
}
