-- Empties a table. TRUNCATE takes some milliseconds whatever is in it, and DELETE some microseconds for each row.
CREATE OR REPLACE FUNCTION integrationkit.empty(id oid, name text) RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
    IF pg_relation_size(id) > 1024 * 1024
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.confrelid = id AND c.conrelid <> id AND c.contype = 'f')
    THEN
        BEGIN
            -- Not where somebody reads it at the moment.
            EXECUTE pg_catalog.format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE NOWAIT', name);
            EXECUTE pg_catalog.format('TRUNCATE ONLY %s', name);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
        END;
    END IF;

    EXECUTE pg_catalog.format('DELETE FROM ONLY %s', name);
END
$function$;

-- Without nested loops: a table that was emptied is thought to have few rows, and would be read again for each row of the copy, with
-- all that has been written into it meanwhile.
CREATE OR REPLACE FUNCTION integrationkit.write_differing_rows(name text, copy text, columns text, now_columns text, key text[]) RETURNS void
LANGUAGE plpgsql SET enable_nestloop = off AS $function$
DECLARE
    same_key text := (SELECT string_agg(pg_catalog.format('now.%1$I = was.%1$I', k), ' AND ') FROM unnest(key) k);
BEGIN
    EXECUTE pg_catalog.format(
        'DELETE FROM ONLY %s now WHERE NOT EXISTS (SELECT FROM integrationkit.%I was WHERE %s AND (SELECT r FROM (SELECT %s) r) *= was)',
        name, copy, same_key, now_columns);
    EXECUTE pg_catalog.format(
        'INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM integrationkit.%3$I was WHERE NOT EXISTS (SELECT FROM ONLY %1$s now WHERE %4$s)',
        name, columns, copy, same_key);
END
$function$;

-- Empties a relation and writes its copy into it; of many rows with a key, only those that differ.
CREATE OR REPLACE FUNCTION integrationkit.write_rows(id oid, name text, copy text, columns text, now_columns text, key text[]) RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
    IF copy IS NULL THEN
        PERFORM integrationkit.empty(id, name);
    ELSIF columns = '' THEN
        PERFORM integrationkit.empty(id, name);
        EXECUTE pg_catalog.format('INSERT INTO %s SELECT FROM integrationkit.%I', name, copy);
    ELSIF key IS NULL THEN
        PERFORM integrationkit.empty(id, name);
        EXECUTE pg_catalog.format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM integrationkit.%3$I', name, columns, copy);
    ELSE
        PERFORM integrationkit.write_differing_rows(name, copy, columns, now_columns, key);
    END IF;
END
$function$;

-- The same where nothing of the user's may run: no trigger, no rule, and no constraint or generated column that is a function of more than the row.
-- The catalog is changed for this transaction only; nobody else sees it.
CREATE OR REPLACE FUNCTION integrationkit.write_rows_unguarded(id oid, name text, copy text, columns text, now_columns text, key text[]) RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    was record;
    generated smallint[];
BEGIN
    SELECT array_agg(a.attnum) INTO generated FROM pg_catalog.pg_attribute a WHERE a.attrelid = id AND a.attgenerated = 's' AND integrationkit.is_kept(id, a.attnum, a.attgenerated);
    UPDATE pg_catalog.pg_attribute a SET attgenerated = '' WHERE a.attrelid = id AND a.attnum = ANY (generated);
    SELECT c.relkind, c.relchecks, c.relhastriggers, c.relhasrules INTO was FROM pg_catalog.pg_class c WHERE c.oid = id;
    -- A materialized view that is not populated cannot be read.
    UPDATE pg_catalog.pg_class c SET relkind = 'r', relispopulated = true, relchecks = 0, relhastriggers = false, relhasrules = false WHERE c.oid = id;
    PERFORM integrationkit.write_rows(id, name, copy, columns, now_columns, key);
    UPDATE pg_catalog.pg_class c SET relkind = was.relkind, relchecks = was.relchecks, relhastriggers = was.relhastriggers, relhasrules = was.relhasrules WHERE c.oid = id;
    UPDATE pg_catalog.pg_attribute a SET attgenerated = 's' WHERE a.attrelid = id AND a.attnum = ANY (generated);
END
$function$;

CREATE OR REPLACE FUNCTION integrationkit.restore_table(id oid, state jsonb) RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    name text := state->>'name';
    copy text := state->>'copy';
    columns text := state->>'columns';
    now_columns text := state->>'now_columns';
    key text[];
BEGIN
    IF jsonb_typeof(state->'key') = 'array' THEN
        key := ARRAY(SELECT jsonb_array_elements_text(state->'key'));
    END IF;

    IF (state->'guarded')::boolean THEN
        PERFORM integrationkit.write_rows_unguarded(id, name, copy, columns, now_columns, key);
    ELSIF copy IS NOT NULL AND (state->'checked')::boolean THEN
        BEGIN
            PERFORM integrationkit.write_rows(id, name, copy, columns, now_columns, key);
        EXCEPTION WHEN OTHERS THEN
            -- It reads another table, or the clock.
            PERFORM integrationkit.write_rows_unguarded(id, name, copy, columns, now_columns, key);
        END;
    ELSE
        PERFORM integrationkit.write_rows(id, name, copy, columns, now_columns, key);
    END IF;
END
$function$;

CREATE OR REPLACE FUNCTION integrationkit.restore_views() RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    item record;
BEGIN
    FOR item IN
        SELECT r.id, r.name, b.name IS NOT NULL AS is_known, b.copy, c.relispopulated
        FROM integrationkit.relations('{m}') r JOIN pg_catalog.pg_class c ON c.oid = r.id
        LEFT JOIN jsonb_each_text(integrationkit.baseline()->'views') AS b(name, copy) ON b.name = r.name
    LOOP
        IF item.is_known OR item.relispopulated THEN
            PERFORM integrationkit.write_rows_unguarded(item.id, item.name, item.copy,
                (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = item.id AND a.attnum > 0 AND NOT a.attisdropped), NULL, NULL);
            -- Not by a REFRESH, which event triggers of the user would see.
            UPDATE pg_catalog.pg_class SET relispopulated = item.is_known WHERE oid = item.id AND relispopulated <> item.is_known;
        END IF;
    END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION integrationkit.restore_objects(has_baseline boolean) RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
    IF NOT has_baseline THEN
        PERFORM lo_unlink(m.oid) FROM pg_catalog.pg_largeobject_metadata m;
        RETURN;
    END IF;

    PERFORM lo_unlink(m.oid) FROM pg_catalog.pg_largeobject_metadata m
    WHERE NOT EXISTS (SELECT FROM integrationkit.objects o WHERE o.id = m.oid AND (o.owner, coalesce(o.acl, '{}')) = (m.lomowner, coalesce(m.lomacl, '{}')) AND o.content = lo_get(m.oid));
    PERFORM lo_from_bytea(o.id, o.content) FROM integrationkit.objects o WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata m WHERE m.oid = o.id);
    UPDATE pg_catalog.pg_largeobject_metadata m SET lomowner = o.owner, lomacl = o.acl
    FROM integrationkit.objects o WHERE o.id = m.oid AND (m.lomowner <> o.owner OR m.lomacl IS DISTINCT FROM o.acl);
    DELETE FROM pg_catalog.pg_description d USING integrationkit.objects o
    WHERE d.classoid = 'pg_largeobject'::regclass AND d.objoid = o.id AND d.description IS DISTINCT FROM o.comment;
    INSERT INTO pg_catalog.pg_description (objoid, classoid, objsubid, description)
    SELECT o.id, 'pg_largeobject'::regclass, 0, o.comment FROM integrationkit.objects o
    WHERE o.comment IS NOT NULL AND obj_description(o.id, 'pg_largeobject') IS NULL;
END
$function$;

-- Sequences whose parameters were changed.
CREATE OR REPLACE FUNCTION integrationkit.restore_parameters() RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
    UPDATE pg_catalog.pg_sequence q SET seqtypid = b.seqtypid, seqstart = b.seqstart, seqincrement = b.seqincrement, seqmax = b.seqmax,
        seqmin = b.seqmin, seqcache = b.seqcache, seqcycle = b.seqcycle
    FROM integrationkit.relations('{S}') r, jsonb_each(integrationkit.baseline()->'sequences') AS e(name, state),
        jsonb_populate_record(NULL::pg_catalog.pg_sequence, e.state->'parameters') b
    WHERE r.id = q.seqrelid AND e.name = r.name
        AND (q.seqtypid, q.seqstart, q.seqincrement, q.seqmax, q.seqmin, q.seqcache, q.seqcycle)
            <> (b.seqtypid, b.seqstart, b.seqincrement, b.seqmax, b.seqmin, b.seqcache, b.seqcycle);
END
$function$;

-- The tables that have one of these marks, with what inherits from them: a trigger fires for the table that a statement names.
CREATE OR REPLACE FUNCTION integrationkit.tables_of(marks oid[]) RETURNS oid[] LANGUAGE plpgsql STABLE AS $function$
DECLARE
    found oid[] := '{}';
    mark oid;
BEGIN
    FOREACH mark IN ARRAY marks LOOP
        -- A mark may have none: its table was dropped.
        found := found || coalesce((integrationkit.tables_by_mark()->>mark::text)::oid[], '{}');
    END LOOP;

    RETURN found;
END
$function$;

-- Restores tables and their sequences.
CREATE OR REPLACE FUNCTION integrationkit.restore_tables(touched oid[]) RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    table_state jsonb;
    names text;
    id oid;
    size bigint;
BEGIN
    FOREACH id IN ARRAY touched LOOP
        names := concat_ws(', ', names, 'ONLY ' || (integrationkit.tables()->id::text->>'name'));
    END LOOP;

    IF names IS NULL THEN
        RETURN;
    END IF;

    -- Writers are waited for, readers are not.
    EXECUTE 'LOCK TABLE ' || names || ' IN SHARE ROW EXCLUSIVE MODE';

    FOREACH id IN ARRAY touched LOOP
        table_state := integrationkit.tables()->id::text;
        -- A partitioned table has no rows of its own.
        IF table_state ? 'guarded' THEN
            size := pg_relation_size(id);
            -- A table without a copy and without a page has no row.
            IF size > 0 OR table_state ? 'copy' THEN
                IF size < 1024 * 1024 AND table_state ? 'statements' THEN
                    EXECUTE table_state->>'statements';
                ELSE
                    PERFORM integrationkit.restore_table(id, table_state);
                END IF;
            END IF;
        END IF;

        PERFORM setval((s->>0)::oid, (s->>1)::bigint, (s->>2)::boolean) FROM jsonb_array_elements(table_state->'sequences') s;
    END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION integrationkit.restore_sequences() RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    changed oid[];
BEGIN
    IF current_setting('server_version_num')::int >= 180000 THEN
        PERFORM setval(s.id, s.last, s.called)
        FROM integrationkit.watched() w, unnest(w.sequences, w.lasts, w.calleds) s(id, last, called), pg_get_sequence_data(s.id) d
        WHERE (d.last_value, d.is_called) IS DISTINCT FROM (s.last, s.called);
        RETURN;
    END IF;

    SELECT array_agg(s.id) INTO changed FROM integrationkit.watched() w, unnest(w.sequences, w.answers) s(id, answer) WHERE pg_sequence_last_value(s.id) IS DISTINCT FROM s.answer;
    IF changed IS NOT NULL THEN
        PERFORM setval(s.id, s.last, s.called) FROM integrationkit.watched() w, unnest(w.sequences, w.lasts, w.calleds) s(id, last, called) WHERE s.id = ANY (changed);
    END IF;

    -- Before PostgreSQL 18 the value of a sequence that was not called is not told; setval may have changed it.
    PERFORM setval(s.id, s.last, false) FROM integrationkit.watched() w, unnest(w.loose, w.loose_lasts) s(id, last);
END
$function$;

CREATE OR REPLACE FUNCTION integrationkit.reset(everything boolean DEFAULT false) RETURNS void LANGUAGE plpgsql SET lock_timeout = '500ms' AS $function$
DECLARE
    has_objects boolean := (integrationkit.baseline()->'objects')::boolean;
    has_settings boolean := integrationkit.baseline()->>'settings' IS NOT NULL;
    before pg_snapshot;
    hit oid[];
BEGIN
    IF everything OR pg_sequence_last_value('integrationkit.schema_mark') IS NOT NULL OR NOT (integrationkit.baseline()->'tracks')::boolean THEN
        everything := true;
        PERFORM setval('integrationkit.schema_mark', 1, false);
        PERFORM integrationkit.expect_change();
        PERFORM integrationkit.restore_parameters();
        PERFORM integrationkit.track();
        PERFORM integrationkit.tell_history();
    END IF;

    IF everything THEN
        PERFORM integrationkit.restore_tables(ARRAY(SELECT t::oid FROM jsonb_object_keys(integrationkit.tables()) t ORDER BY t::oid));
        PERFORM setval(m, 1, false) FROM integrationkit.watched() w, unnest(w.marks) m;
    END IF;

    FOR i IN 1..10 LOOP
        before := pg_current_snapshot();
        SELECT array_agg(m) INTO hit FROM integrationkit.watched() w, unnest(w.marks) m WHERE pg_sequence_last_value(m) IS NOT NULL;
        EXIT WHEN hit IS NULL;
        PERFORM integrationkit.restore_tables(integrationkit.tables_of(hit));
        -- The locks keep others from writing, and so from advancing these marks. If the reset fails, the next one is told to restore everything.
        PERFORM setval(m, 1, false) FROM unnest(hit) m;
        -- Again, where a transaction was open or has ended meanwhile: a part of it would be left, in a further table.
        EXIT WHEN pg_snapshot_xmin(before) = pg_snapshot_xmax(before) AND pg_snapshot_xmax(before) = pg_snapshot_xmax(pg_current_snapshot());
    END LOOP;

    IF everything OR pg_sequence_last_value('integrationkit.view_mark') IS NOT NULL THEN
        PERFORM setval('integrationkit.view_mark', 1, false);
        PERFORM integrationkit.restore_views();
    END IF;

    IF has_objects OR EXISTS (SELECT FROM pg_largeobject_metadata) THEN
        PERFORM integrationkit.restore_objects(has_objects);
    END IF;

    PERFORM integrationkit.restore_sequences();
    IF has_settings OR EXISTS (SELECT FROM pg_db_role_setting s WHERE s.setdatabase <> 0) THEN
        IF integrationkit.settings() IS DISTINCT FROM integrationkit.baseline()->>'settings' THEN
            PERFORM integrationkit.restore_settings();
        END IF;
    END IF;
END
$function$;
