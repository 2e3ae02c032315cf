using System.Globalization;

namespace IntegrationKit.EngineTests.Reset;

/// <summary>What a test may do to a database, by chance. A statement that fails is one too.</summary>
internal sealed class RandomWrites(RandomSchema schema, Random random)
{
    private static int _count;

    public string Next()
    {
        var table = schema.Tables[random.Next(schema.Tables.Count)];
        var column = table.Columns.Count == 0 ? null : table.Columns[random.Next(table.Columns.Count)];
        var since = string.Create(CultureInfo.InvariantCulture, $"since_{Interlocked.Increment(ref _count)}");
        return random.Next(26) switch
        {
            0 or 1 or 2 or 3 => table.Insert(random),
            4 or 5 when column is not null => $"UPDATE {table.Name} SET {column.Name} = {column.Value(random)}",
            6 or 7 => $"DELETE FROM {table.Name}",
            8 => $"TRUNCATE {table.Name} CASCADE",
            9 => $"TRUNCATE {table.Name} RESTART IDENTITY CASCADE",
            10 => $"BEGIN; {table.Insert(random)}; ROLLBACK",
            11 => $"BEGIN; {table.Insert(random)}; SAVEPOINT s; DELETE FROM {table.Name}; ROLLBACK TO s; COMMIT",
            12 => $"SET session_replication_role = replica; {table.Insert(random)}; DELETE FROM {table.Name} WHERE random() < 0.5; RESET session_replication_role",
            13 => "SELECT nextval('free_sequence'), nextval('other.\"Never Called\"')",
            14 => "SELECT setval('free_sequence', 1000, false), setval('other.\"Never Called\"', 3000, false)",
            15 => "ALTER SEQUENCE free_sequence RESTART WITH 500 INCREMENT 3 MAXVALUE 9999",
            16 when schema.Sql.Contains("other.summary", StringComparison.Ordinal) => "REFRESH MATERIALIZED VIEW other.summary",
            17 => "SELECT lo_from_bytea(0, 'new')",
            18 => "SELECT lo_put(oid, 0, 'changed') FROM pg_largeobject_metadata",
            19 => "SELECT lo_unlink(oid) FROM pg_largeobject_metadata LIMIT 1",
            20 => $"CREATE TABLE {since} (id serial PRIMARY KEY, x text); INSERT INTO {since} (x) VALUES ('a'), ('b')",
            21 => $"CREATE TABLE other.{since} AS SELECT 1 AS x",
            22 => $"ALTER TABLE {table.Name} DISABLE TRIGGER ALL; {table.Insert(random)}; ALTER TABLE {table.Name} ENABLE TRIGGER USER",
            23 => $"DO $$ BEGIN {table.Insert(random)}; RAISE EXCEPTION 'a failing test'; END $$",
            24 => $"CREATE TEMP TABLE IF NOT EXISTS scratch (x int); INSERT INTO scratch VALUES (1); {table.Insert(random)}",
            _ => $"{table.Insert(random)}; {table.Insert(random)}",
        };
    }
}
