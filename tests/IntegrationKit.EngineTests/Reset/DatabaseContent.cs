using IntegrationKit.EngineTests.Support;
using Npgsql;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>The content of a database, an entry for each relation, to be compared.</summary>
internal static class DatabaseContent
{
    private const string Query =
        """
        DO $$
        DECLARE
            relation record;
            value text;
        BEGIN
            CREATE TEMP TABLE IF NOT EXISTS content (name text, value text) ON COMMIT DELETE ROWS;
            FOR relation IN
                SELECT c.oid, c.relkind, c.relispopulated, format('%I.%I', n.nspname, c.relname) AS name
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'm', 'S') AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('integrationkit', 'information_schema')
            LOOP
                IF relation.relkind = 'S' THEN
                    EXECUTE format('SELECT s.last_value || '' '' || s.is_called || (to_jsonb(q) - ''seqrelid'') FROM %s s, pg_sequence q WHERE q.seqrelid = %s', relation.name, relation.oid) INTO value;
                ELSIF relation.relispopulated THEN
                    EXECUTE format('SELECT count(*) || '' '' || coalesce(string_agg(t::text, E''\n'' ORDER BY t::text), '''') FROM ONLY %s t', relation.name) INTO value;
                ELSE
                    value := 'not populated';
                END IF;
                -- Much of it is compared by its hash.
                INSERT INTO content VALUES (relation.name, CASE WHEN length(value) > 100000 THEN left(value, 100) || ' ... ' || md5(value) ELSE value END);
            END LOOP;
            INSERT INTO content SELECT 'object ' || oid, encode(lo_get(oid), 'escape') FROM pg_largeobject_metadata;
            INSERT INTO content SELECT 'table ' || oid::regclass, concat(relchecks, ' ', relhastriggers, ' ', relhasrules, ' ', relkind, (SELECT string_agg(attname, ' ') FROM pg_attribute WHERE attrelid = pg_class.oid AND attgenerated <> ''))
            FROM pg_class WHERE relkind IN ('r', 'p', 'm') AND oid >= 16384 AND relpersistence <> 't' AND relnamespace::regnamespace::text <> 'integrationkit';
        END
        $$;
        SELECT name, value FROM content
        """;

    public static async Task<SortedDictionary<string, string>> ReadAsync(NpgsqlDataSource database)
    {
        SortedDictionary<string, string> content = new(StringComparer.Ordinal);
        await using var command = database.CreateCommand(Query);
        await using var reader = await command.ExecuteReaderAsync(Kit.Cancellation);
        while (await reader.ReadAsync(Kit.Cancellation))
        {
            content[reader.GetString(0)] = reader.GetString(1);
        }

        return content;
    }

    /// <summary>What differs, a line each. Relations that were made since are to be empty.</summary>
    public static IReadOnlyList<string> Differences(SortedDictionary<string, string> baseline, SortedDictionary<string, string> now) =>
    [
        .. baseline.Where(each => !now.TryGetValue(each.Key, out var value) || value != each.Value)
            .Select(each => $"{each.Key}: was {each.Value}, is {now.GetValueOrDefault(each.Key, "gone")}"),
        .. now.Where(each => !baseline.ContainsKey(each.Key) && !each.Key.StartsWith("table ", StringComparison.Ordinal)
            && each.Value != "0 " && !each.Value.StartsWith("1 false", StringComparison.Ordinal)).Select(each => $"{each.Key}: made since, is {each.Value}"),
    ];
}
