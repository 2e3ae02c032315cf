-- What a test has left behind: what differs from the baseline. Nothing here changes anything, a mark in particular.

-- The tables that were written to since the last reset, as far as a reset knows; null for all.
CREATE OR REPLACE FUNCTION integrationkit.written() RETURNS oid[] LANGUAGE plpgsql AS $function$
BEGIN
    IF NOT (integrationkit.baseline()->'tracks')::boolean OR pg_sequence_last_value('integrationkit.schema_mark') IS NOT NULL THEN
        RETURN NULL;
    END IF;

    RETURN coalesce(integrationkit.tables_of(ARRAY(SELECT m FROM integrationkit.watched() w, unnest(w.marks) m WHERE pg_sequence_last_value(m) IS NOT NULL)), '{}');
END
$function$;

-- Compares a relation with its copy, row by row as text, since not every type can be compared. Null where the columns are others.
CREATE OR REPLACE FUNCTION integrationkit.differences(id oid, name text, OUT added bigint, OUT removed bigint, OUT changed bigint) LANGUAGE plpgsql AS $function$
DECLARE
    copy oid := to_regclass('integrationkit.rows_' || id);
    columns text;
    key text;
BEGIN
    IF copy IS NULL THEN
        EXECUTE pg_catalog.format('SELECT count(*), 0, 0 FROM ONLY %s', name) INTO added, removed, changed;
        RETURN;
    END IF;

    -- Large ones are only counted: 64 MiB.
    IF greatest(pg_relation_size(id), pg_relation_size(copy)) > 67108864 THEN
        EXECUTE pg_catalog.format(
            'SELECT greatest(now.n - was.n, 0), greatest(was.n - now.n, 0), 0 FROM (SELECT count(*) AS n FROM ONLY %s) now, (SELECT count(*) AS n FROM %s) was',
            name, copy::regclass) INTO added, removed, changed;
        RETURN;
    END IF;

    SELECT string_agg('r.' || quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO columns
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = copy AND a.attnum > 0 AND NOT a.attisdropped;
    -- A generated column of a key is not in the copy.
    SELECT CASE WHEN bool_and(a.attgenerated = '') THEN 'ROW(' || string_agg('r.' || quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')::text' END INTO key
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = id AND i.indisprimary;
    EXECUTE pg_catalog.format(
        $sql$
        WITH now AS MATERIALIZED (SELECT %1$s AS key, ROW(%2$s)::text AS content FROM ONLY %3$s r),
            was AS MATERIALIZED (SELECT %1$s AS key, ROW(%2$s)::text AS content FROM %4$s r),
            more AS MATERIALIZED (SELECT * FROM now EXCEPT ALL SELECT * FROM was),
            fewer AS MATERIALIZED (SELECT * FROM was EXCEPT ALL SELECT * FROM now),
            other AS (SELECT count(*) AS n FROM more JOIN fewer USING (key))
        SELECT (SELECT count(*) FROM more) - other.n, (SELECT count(*) FROM fewer) - other.n, other.n FROM other
        $sql$, coalesce(key, 'NULL::text'), columns, name, copy::regclass) INTO added, removed, changed;
EXCEPTION WHEN undefined_column THEN
    added := NULL;
END
$function$;

CREATE OR REPLACE FUNCTION integrationkit.different_objects(OUT added bigint, OUT removed bigint, OUT changed bigint) LANGUAGE plpgsql AS $function$
BEGIN
    IF to_regclass('integrationkit.objects') IS NULL THEN
        SELECT count(*), 0, 0 INTO added, removed, changed FROM pg_catalog.pg_largeobject_metadata;
        RETURN;
    END IF;

    SELECT count(*) FILTER (WHERE o.id IS NULL), count(*) FILTER (WHERE m.oid IS NULL), count(*) FILTER (WHERE o.content <> lo_get(m.oid))
    INTO added, removed, changed FROM pg_catalog.pg_largeobject_metadata m FULL JOIN integrationkit.objects o ON o.id = m.oid;
END
$function$;

CREATE OR REPLACE FUNCTION integrationkit.leftovers(everything boolean)
RETURNS TABLE (kind text, name text, items text, added bigint, removed bigint, changed bigint, note text) LANGUAGE plpgsql SET lock_timeout = '2s' AS $function$
DECLARE
    written oid[] := CASE WHEN NOT everything THEN integrationkit.written() END;
    refreshed boolean := written IS NULL OR pg_sequence_last_value('integrationkit.view_mark') IS NOT NULL;
    known jsonb := integrationkit.tables();
BEGIN
    RETURN QUERY
    SELECT CASE c.relkind WHEN 'm' THEN 'view' ELSE 'table' END, r.name, 'row', d.added, d.removed, d.changed,
        CASE WHEN n.is_new THEN 'made' WHEN d.added IS NULL THEN 'its columns were changed' END
    FROM integrationkit.relations('{r,m}') r
    JOIN pg_catalog.pg_class c ON c.oid = r.id
    CROSS JOIN LATERAL (SELECT c.relkind = 'r' AND NOT known ? r.id::text AS is_new) n
    CROSS JOIN LATERAL integrationkit.differences(r.id, r.name) d
    WHERE c.relispopulated AND CASE c.relkind WHEN 'm' THEN refreshed ELSE written IS NULL OR r.id = ANY (written) END
      AND (n.is_new OR d.added IS NULL OR (d.added, d.removed, d.changed) <> (0, 0, 0))
    ORDER BY r.name;

    RETURN QUERY
    SELECT 'table', t.state->>'name', 'row', 0::bigint, 0::bigint, 0::bigint, 'dropped'
    FROM jsonb_each(known) t(id, state)
    WHERE written IS NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.id::oid)
    ORDER BY t.state->>'name';

    RETURN QUERY
    SELECT 'database', current_database()::text, 'large object', d.added, d.removed, d.changed, NULL
    FROM integrationkit.different_objects() d WHERE (d.added, d.removed, d.changed) <> (0, 0, 0);
END
$function$;
