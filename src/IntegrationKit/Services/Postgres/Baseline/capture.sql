-- Copies the rows of this moment, and notes the values of the sequences.
DO $capture$
DECLARE
    relation record;
    found boolean;
    state record;
    copied bigint;
    tables jsonb := '{}';
    sequences jsonb := '{}';
    views jsonb := '{}';
BEGIN
    SET LOCAL lock_timeout = '500ms';
    -- Writers that have begun end before the copy is made.
    EXECUTE coalesce((SELECT 'LOCK TABLE ' || string_agg('ONLY ' || name, ', ') || ' IN SHARE ROW EXCLUSIVE MODE' FROM integrationkit.relations('{r}')), 'SELECT');
    EXECUTE coalesce((SELECT 'DROP TABLE ' || string_agg(pg_catalog.format('integrationkit.%I', relname), ', ')
        FROM pg_catalog.pg_class WHERE relnamespace = 'integrationkit'::regnamespace AND relkind = 'r'), 'SELECT');
    FOR relation IN
        SELECT r.*, c.relkind = 'm' AS is_view, c.relispopulated,
            integrationkit.columns_of(r.id) AS columns,
            (SELECT string_agg('now.' || quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = r.id AND a.attnum > 0 AND NOT a.attisdropped AND integrationkit.is_kept(r.id, a.attnum, a.attgenerated)) AS now_columns,
            (SELECT array_agg(a.attname) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
             WHERE i.indrelid = r.id AND i.indisprimary) AS key
        FROM integrationkit.relations('{r,m}') r JOIN pg_catalog.pg_class c ON c.oid = r.id
    LOOP
        CONTINUE WHEN NOT relation.relispopulated;
        EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM ONLY %s)', relation.name) INTO found;
        IF found THEN
            EXECUTE pg_catalog.format('CREATE TABLE integrationkit.%I AS SELECT %s FROM ONLY %s', 'rows_' || relation.id, relation.columns, relation.name);
            GET DIAGNOSTICS copied = ROW_COUNT;
        END IF;

        IF relation.is_view THEN
            views := views || pg_catalog.jsonb_build_object(relation.name, CASE WHEN found THEN 'rows_' || relation.id END);
        ELSIF found THEN
            tables := tables || pg_catalog.jsonb_build_object(relation.name, pg_catalog.jsonb_build_object('copy', 'rows_' || relation.id, 'columns', relation.columns,
                -- Where there are many rows, they are compared rather than all written again.
                'key', CASE WHEN copied >= 200 THEN relation.key END, 'now_columns', CASE WHEN copied >= 200 THEN relation.now_columns END));
        END IF;
    END LOOP;

    FOR relation IN SELECT r.name, to_jsonb(q) AS parameters FROM integrationkit.relations('{S}') r JOIN pg_catalog.pg_sequence q ON q.seqrelid = r.id LOOP
        EXECUTE pg_catalog.format('SELECT last_value, is_called FROM %s', relation.name) INTO state;
        sequences := sequences || pg_catalog.jsonb_build_object(relation.name,
            pg_catalog.jsonb_build_object('last', state.last_value, 'called', state.is_called, 'parameters', relation.parameters));
    END LOOP;

    IF EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata) THEN
        CREATE TABLE integrationkit.objects AS SELECT oid AS id, lomowner AS owner, lomacl AS acl, lo_get(oid) AS content, obj_description(oid, 'pg_largeobject') AS comment FROM pg_catalog.pg_largeobject_metadata;
    END IF;

    -- A function rather than a table: tools ask whether a database has tables to find out whether it is empty.
    EXECUTE pg_catalog.format('CREATE OR REPLACE FUNCTION integrationkit.baseline() RETURNS jsonb LANGUAGE sql IMMUTABLE AS %L',
        pg_catalog.format('SELECT %L::jsonb', pg_catalog.jsonb_build_object('tables', tables, 'sequences', sequences, 'views', views,
            'tracks', current_setting('integrationkit.tracks')::boolean, 'settings', integrationkit.settings(), 'objects', to_regclass('integrationkit.objects') IS NOT NULL)));
END
$capture$;

SELECT integrationkit.note_schema();
SELECT integrationkit.track();

DO $events$
BEGIN
    IF current_setting('integrationkit.tracks')::boolean AND NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'integrationkit_changed') THEN
        CREATE EVENT TRIGGER integrationkit_changed ON ddl_command_end EXECUTE FUNCTION integrationkit.follow();
        CREATE EVENT TRIGGER integrationkit_dropped ON sql_drop EXECUTE FUNCTION integrationkit.follow_drop();
        ALTER EVENT TRIGGER integrationkit_changed ENABLE ALWAYS;
        ALTER EVENT TRIGGER integrationkit_dropped ENABLE ALWAYS;
    END IF;

    UPDATE pg_catalog.pg_event_trigger e SET evtenabled = split_part(s.state, '=', 2)::"char"
    FROM unnest(string_to_array(current_setting('integrationkit.silenced'), ',')) s(state) WHERE e.oid::text = split_part(s.state, '=', 1);

    -- What has been written so far is the baseline.
    PERFORM setval(m, 1, false) FROM unnest(integrationkit.marks() || ARRAY['integrationkit.schema_mark'::regclass::oid, 'integrationkit.view_mark'::regclass::oid]) m;
    PERFORM integrationkit.expect_change();
END
$events$;
