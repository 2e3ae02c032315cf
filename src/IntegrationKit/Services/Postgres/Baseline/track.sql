-- All that is added to a database is the schema "integrationkit" and what is in it: functions, sequences, a copy of each table
-- that has rows; two event triggers; and a trigger for each table. No table is added where no table has rows.

-- The user's event triggers do not see what is done here. (Most do not fire anyway, since session_replication_role is replica.)
DO $silence$
BEGIN
    PERFORM set_config('integrationkit.silenced', coalesce(string_agg(pg_catalog.format('%s=%s', oid, evtenabled), ','), ''), true)
    FROM pg_catalog.pg_event_trigger WHERE evtenabled IN ('A', 'R') AND evtname NOT LIKE 'integrationkit\_%';
    UPDATE pg_catalog.pg_event_trigger SET evtenabled = 'D' WHERE evtenabled IN ('A', 'R') AND evtname NOT LIKE 'integrationkit\_%';
END
$silence$;

CREATE SCHEMA IF NOT EXISTS integrationkit;

-- Notes which tables are written to. Every table has a trigger that advances a sequence, its mark. A sequence is advanced
-- at once, also by a transaction that is still open or is rolled back, and nobody waits for it.
-- The triggers are internal ones: psql, pg_dump and information_schema do not show them.

CREATE SEQUENCE IF NOT EXISTS integrationkit.schema_mark;
CREATE SEQUENCE IF NOT EXISTS integrationkit.view_mark;

CREATE OR REPLACE FUNCTION integrationkit.relations(kinds "char"[]) RETURNS TABLE (id oid, name text)
LANGUAGE sql STABLE AS $function$
    SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname)
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = ANY (kinds)
      AND c.relpersistence <> 't'
      AND n.nspname <> 'integrationkit' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
      -- What an extension brought is its own business, but for the tables that it keeps for the user's rows.
      AND (NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
           OR EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)))
    ORDER BY c.oid
$function$;

-- Whether this session is one of the library's own.
CREATE OR REPLACE FUNCTION integrationkit.is_own() RETURNS boolean LANGUAGE sql STABLE AS $function$
    SELECT pg_catalog.current_setting('integrationkit.own', true) IS NOT DISTINCT FROM 'on'
$function$;

CREATE OR REPLACE FUNCTION integrationkit.note() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    IF pg_catalog.current_setting('integrationkit.own', true) IS DISTINCT FROM 'on' THEN
        PERFORM pg_catalog.nextval(TG_ARGV[0]::pg_catalog.oid::pg_catalog.regclass);
    END IF;

    RETURN NULL;
END
$function$;

-- Gives tables the trigger, or enables it again. It is written into the catalog: it is an internal one, it fires where
-- session_replication_role is replica too (A), and no event trigger of the user sees it come.
CREATE OR REPLACE FUNCTION integrationkit.watch(tables oid[], marks oid[]) RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    added oid[];
BEGIN
    WITH made AS (
        INSERT INTO pg_catalog.pg_trigger (oid, tgrelid, tgparentid, tgname, tgfoid, tgtype, tgenabled, tgisinternal, tgconstrrelid, tgconstrindid,
            tgconstraint, tgdeferrable, tginitdeferred, tgnargs, tgattr, tgargs)
        -- 62: before each statement of INSERT, UPDATE, DELETE, TRUNCATE. Source: PostgreSQL's catalog/pg_trigger.h.
        SELECT pg_nextoid('pg_catalog.pg_trigger', 'oid', 'pg_catalog.pg_trigger_oid_index'), t.id, 0, 'integrationkit', 'integrationkit.note'::regproc, 62,
            'A', true, 0, 0, 0, false, false, 1, '', convert_to(t.mark::text, 'SQL_ASCII') || '\x00'
        FROM unnest(tables, marks) AS t(id, mark)
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = t.id AND g.tgname = 'integrationkit')
        RETURNING oid, tgrelid),
    depends AS (
        INSERT INTO pg_catalog.pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype)
        SELECT 'pg_trigger'::regclass, m.oid, 0, 'pg_class'::regclass, m.tgrelid, 0, 'a'::"char" FROM made m
        UNION ALL SELECT 'pg_trigger'::regclass, m.oid, 0, 'pg_proc'::regclass, 'integrationkit.note'::regproc, 0, 'n' FROM made m),
    enabled AS (
        UPDATE pg_catalog.pg_trigger g SET tgenabled = 'A' WHERE g.tgrelid = ANY (tables) AND g.tgname = 'integrationkit' AND g.tgenabled <> 'A' RETURNING tgrelid)
    SELECT array_agg(c.id) INTO added FROM (SELECT tgrelid AS id FROM made UNION ALL SELECT tgrelid FROM enabled) c;

    -- Also tells other sessions that the table is not what it was.
    UPDATE pg_catalog.pg_class c SET relhastriggers = true WHERE c.oid = ANY (added);
END
$function$;

CREATE OR REPLACE FUNCTION integrationkit.marks() RETURNS oid[] LANGUAGE sql STABLE AS $function$
    SELECT coalesce(array_agg(c.oid ORDER BY c.oid), '{}') FROM pg_catalog.pg_class c
    WHERE c.relnamespace = 'integrationkit'::regnamespace AND c.relkind = 'S' AND c.relname ~ '^mark_\d+$'
$function$;

-- After a change of the schema: watches every table that there is, and writes down what a reset has to look at.
-- Written down in a function, since a table would mislead tools that ask whether a database is empty.
CREATE OR REPLACE FUNCTION integrationkit.track() RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    marks oid[] := integrationkit.marks();
    ids oid[];
    tables_by_mark jsonb;
    sequences record;
    tables jsonb;
    silenced oid[];
    states "char"[];
BEGIN
    -- The user's event triggers do not see what is done here. (Most do not fire where session_replication_role is replica.)
    SELECT array_agg(oid ORDER BY oid), array_agg(evtenabled ORDER BY oid) INTO silenced, states
    FROM pg_catalog.pg_event_trigger WHERE evtenabled IN ('A', 'R') AND evtname NOT LIKE 'integrationkit\_%';
    UPDATE pg_catalog.pg_event_trigger SET evtenabled = 'D' WHERE oid = ANY (silenced);

    SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO ids FROM integrationkit.relations('{r,p}');
    PERFORM integrationkit.check_schema();
    IF (integrationkit.baseline()->'tracks')::boolean THEN
        -- At most 128: each is a file of the database, and each reset reads all of them.
        FOR i IN cardinality(marks) + 1 .. least(128, cardinality(ids)) LOOP
            EXECUTE pg_catalog.format('CREATE SEQUENCE integrationkit.mark_%s', i);
            EXECUTE pg_catalog.format('GRANT USAGE ON SEQUENCE integrationkit.mark_%s TO PUBLIC', i);
        END LOOP;

        marks := integrationkit.marks();
        PERFORM integrationkit.watch(ids, (SELECT array_agg(marks[1 + (i - 1) % cardinality(marks)] ORDER BY i) FROM generate_subscripts(ids, 1) i));
    END IF;

    -- Of each mark, the tables that have it, with what inherits from them: a trigger fires for the table that a statement names.
    WITH RECURSIVE tree AS (
        SELECT convert_from(substr(t.tgargs, 1, octet_length(t.tgargs) - 1), 'SQL_ASCII') AS mark, t.tgrelid AS id
        FROM pg_catalog.pg_trigger t WHERE t.tgrelid = ANY (ids) AND t.tgname = 'integrationkit'
        UNION SELECT tree.mark, i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.id)
    SELECT coalesce(pg_catalog.jsonb_object_agg(m.mark, m.tables), '{}') INTO tables_by_mark
    FROM (SELECT tree.mark, array_agg(tree.id ORDER BY tree.id)::text AS tables FROM tree GROUP BY tree.mark) m;
    EXECUTE pg_catalog.format('CREATE OR REPLACE FUNCTION integrationkit.tables_by_mark() RETURNS jsonb LANGUAGE sql IMMUTABLE AS %L', pg_catalog.format('SELECT %L::jsonb', tables_by_mark));

    SELECT array_agg(s.id ORDER BY s.id) AS ids, array_agg(s.owner ORDER BY s.id) AS owners, array_agg(s.last ORDER BY s.id) AS lasts, array_agg(s.called ORDER BY s.id) AS calleds,
        -- What pg_sequence_last_value answers.
        array_agg(CASE WHEN s.called THEN s.last END ORDER BY s.id) AS answers,
        array_agg(s.id ORDER BY s.id) FILTER (WHERE NOT s.called AND s.owner IS NULL) AS loose,
        array_agg(s.last ORDER BY s.id) FILTER (WHERE NOT s.called AND s.owner IS NULL) AS loose_lasts
    INTO sequences FROM (
        SELECT r.id, d.refobjid AS owner, coalesce((b.state->>'last')::bigint, q.seqstart) AS last, coalesce((b.state->>'called')::boolean, false) AS called
        FROM integrationkit.relations('{S}') r
        JOIN pg_catalog.pg_sequence q ON q.seqrelid = r.id
        LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = r.id AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        LEFT JOIN jsonb_each(integrationkit.baseline()->'sequences') AS b(name, state) ON b.name = r.name) s;

    EXECUTE pg_catalog.format(
        -- A set, so that the planner puts its query in place of the call.
        $sql$
        CREATE OR REPLACE FUNCTION integrationkit.watched() RETURNS TABLE (
            marks oid[], sequences oid[], lasts bigint[], calleds boolean[], answers bigint[], loose oid[], loose_lasts bigint[])
        LANGUAGE sql IMMUTABLE AS %L
        $sql$, pg_catalog.format('SELECT %L::oid[], %L::oid[], %L::bigint[], %L::boolean[], %L::bigint[], %L::oid[], %L::bigint[]',
            marks, sequences.ids, sequences.lasts, sequences.calleds, sequences.answers, sequences.loose, sequences.loose_lasts));

    SELECT coalesce(pg_catalog.jsonb_object_agg(r.id, pg_catalog.jsonb_build_object('name', r.name,
        'sequences', (SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(s.id, s.last, s.called)), '[]')
            FROM unnest(sequences.ids, sequences.owners, sequences.lasts, sequences.calleds) s(id, owner, last, called) WHERE s.owner = r.id))
        || CASE WHEN c.relkind = 'p' THEN '{}' ELSE coalesce(b.state, '{}')
            -- With a further column, every row is written again: what is in that column is not the baseline's.
            || CASE WHEN integrationkit.columns_of(r.id) <> b.state->>'columns' THEN '{"key": null}' ELSE '{}' END::jsonb
            || pg_catalog.jsonb_build_object(
            'checked', c.relchecks > 0,
            -- Triggers and rules that session_replication_role does not keep from firing.
            'guarded', EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = r.id AND t.tgenabled IN ('A', 'R') AND t.tgname <> 'integrationkit')
                OR EXISTS (SELECT FROM pg_catalog.pg_rewrite w WHERE w.ev_class = r.id AND w.ev_enabled IN ('A', 'R'))
                OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.id AND a.attgenerated = 's' AND integrationkit.is_kept(r.id, a.attnum, a.attgenerated))) END), '{}')
    INTO tables FROM integrationkit.relations('{r,p}') r JOIN pg_catalog.pg_class c ON c.oid = r.id
    LEFT JOIN jsonb_each(integrationkit.baseline()->'tables') AS b(name, state) ON b.name = r.name;
    -- Where nothing stands in the way, the statements are at hand.
    SELECT coalesce(pg_catalog.jsonb_object_agg(t.id, t.state || CASE
        WHEN NOT t.state ? 'guarded' OR (t.state->>'guarded')::boolean THEN '{}'
        WHEN NOT t.state ? 'copy' THEN pg_catalog.jsonb_build_object('statements', pg_catalog.format('DELETE FROM ONLY %s', t.state->>'name'))
        WHEN (t.state->>'checked')::boolean OR t.state->>'key' IS NOT NULL OR t.state->>'columns' = '' THEN '{}'
        ELSE pg_catalog.jsonb_build_object('statements', pg_catalog.format('DELETE FROM ONLY %1$s; INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM integrationkit.%3$I',
            t.state->>'name', t.state->>'columns', t.state->>'copy')) END), '{}')
    INTO tables FROM jsonb_each(tables) t(id, state);
    EXECUTE pg_catalog.format('CREATE OR REPLACE FUNCTION integrationkit.tables() RETURNS jsonb LANGUAGE sql IMMUTABLE AS %L', pg_catalog.format('SELECT %L::jsonb', tables));

    UPDATE pg_catalog.pg_event_trigger e SET evtenabled = s.state FROM unnest(silenced, states) s(id, state) WHERE s.id = e.oid;
END
$function$;

-- Runs after each change of the schema, with the rights of the superuser.
CREATE OR REPLACE FUNCTION integrationkit.follow() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    command record;
    marks oid[];
BEGIN
    IF integrationkit.is_own() THEN
        RETURN;
    END IF;

    FOR command IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
        CONTINUE WHEN command.schema_name = 'pg_temp' OR command.command_tag IN ('COMMENT', 'GRANT', 'REVOKE');
        IF command.command_tag = 'REFRESH MATERIALIZED VIEW' THEN
            PERFORM nextval('integrationkit.view_mark');
            CONTINUE;
        END IF;

        PERFORM nextval('integrationkit.schema_mark');
        IF command.classid = 'pg_class'::regclass AND EXISTS (SELECT FROM integrationkit.relations('{r,p}') r WHERE r.id = command.objid) THEN
            marks := integrationkit.marks();
            IF cardinality(marks) > 0 THEN
                PERFORM integrationkit.watch(ARRAY[command.objid], ARRAY[marks[1 + command.objid::bigint % cardinality(marks)]]);
            END IF;
        END IF;
    END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION integrationkit.follow_drop() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
    IF NOT integrationkit.is_own() AND EXISTS (SELECT FROM pg_event_trigger_dropped_objects() d WHERE NOT d.is_temporary) THEN
        PERFORM nextval('integrationkit.schema_mark');
    END IF;
END
$function$;
