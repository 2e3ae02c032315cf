namespace IntegrationKit.Services.Postgres;

/// <summary>
/// What the library's own sessions set. They go along with the login, where they come before what is set for the server, the
/// database or the role, and are what a session falls back to.
/// </summary>
internal static class OwnSettings
{
    // Limits of time are harmless to have off in anybody's session.
    private static readonly (string Name, string Value)[] Limits =
    [
        ("statement_timeout", "0"),
        ("lock_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        ("default_transaction_read_only", "off"),
    ];

    private static readonly (string Name, string Value)[] Others =
    [
        ("role", "none"),
        // The baseline was consistent: its rows come and go without the user's triggers, rules and foreign keys. It is not set
        // for a reset alone, since a change of it makes the server plan everything anew.
        ("session_replication_role", "replica"),
        ("integrationkit.own", "on"),
        // A reset gives way to the application in a deadlock, and ends an autovacuum that holds a table.
        ("deadlock_timeout", "10ms"),
        ("default_transaction_isolation", @"read\ committed"),
        ("default_transaction_deferrable", "off"),
        ("row_security", "on"),
        ("exit_on_error", "off"),
        ("client_min_messages", "warning"),
        ("check_function_bodies", "on"),
        ("standard_conforming_strings", "on"),
        ("array_nulls", "on"),
        ("transform_null_equals", "off"),
        ("default_table_access_method", "heap"),
        ("default_tablespace", ""),
        ("temp_tablespaces", ""),
        ("temp_file_limit", "-1"),
        ("plpgsql.variable_conflict", "error"),
        ("plpgsql.extra_errors", ""),
    ];

    /// <summary>For a session of the library, as the server's command-line options.</summary>
    public static string Options { get; } = Write([.. Limits, .. Others]);

    /// <summary>
    /// For psql, which runs what the user has written: its limits are off, and every other setting is the user's. All of
    /// them can be set by any role, since a script may connect as another one.
    /// </summary>
    public static string ScriptOptions { get; } = Write(Limits);

    /// <summary>
    /// Sets what a server may not know, and would refuse a login for. Functions of the user run inside a reset, so they
    /// find what they find in the user's sessions, but nothing there hides what belongs to PostgreSQL.
    /// </summary>
    public const string OfNewerServers =
        """
        SELECT pg_catalog.set_config(s.name, s.value, false)
        FROM (VALUES ('idle_session_timeout', '0'), ('transaction_timeout', '0'), ('event_triggers', 'off'),
            ('search_path', pg_catalog.concat_ws(', ', 'pg_catalog', nullif(pg_catalog.current_setting('search_path'), '')))) AS s (name, value)
        WHERE pg_catalog.current_setting(s.name, true) IS NOT NULL
        """;

    private static string Write((string Name, string Value)[] settings) => string.Join(' ', settings.Select(each => $"-c {each.Name}={each.Value}"));
}
