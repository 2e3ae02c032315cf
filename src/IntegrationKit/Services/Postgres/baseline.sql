-- Notes the rows and sequence values of this moment, and makes integrationkit.reset(), which brings them back.
-- All that it adds to a database is the schema "integrationkit": two functions, and a copy of each table that has rows.
-- No table is added where no table has rows, so that tools which ask "is this database empty?" are not misled.

DROP SCHEMA IF EXISTS integrationkit CASCADE;
CREATE SCHEMA integrationkit;

CREATE FUNCTION integrationkit.relations(kinds "char"[]) RETURNS TABLE (id oid, name text)
LANGUAGE sql STABLE AS $function$
    SELECT c.oid, format('%I.%I', n.nspname, c.relname)
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = ANY (kinds)
      AND c.relpersistence <> 't'
      AND n.nspname <> 'integrationkit' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
      -- What an extension brought is its own business.
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.oid
$function$;

DO $capture$
DECLARE
    relation record;
    found boolean;
    columns text;
    state record;
    tables jsonb := '[]';
    sequences jsonb := '[]';
    views jsonb := '[]';
BEGIN
    FOR relation IN SELECT * FROM integrationkit.relations('{r}') LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM ONLY %s)', relation.name) INTO found;
        CONTINUE WHEN NOT found;
        -- A generated column is computed anew; an identity column keeps its value.
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
        FROM pg_catalog.pg_attribute WHERE attrelid = relation.id AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
        EXECUTE format('CREATE UNLOGGED TABLE integrationkit.%I AS SELECT %s FROM ONLY %s', 'rows_' || relation.id, columns, relation.name);
        tables := tables || jsonb_build_object('name', relation.name, 'copy', 'rows_' || relation.id, 'columns', columns);
    END LOOP;

    FOR relation IN SELECT * FROM integrationkit.relations('{S}') LOOP
        EXECUTE format('SELECT last_value, is_called FROM %s', relation.name) INTO state;
        sequences := sequences || jsonb_build_object('name', relation.name, 'last', state.last_value, 'called', state.is_called);
    END LOOP;

    SELECT coalesce(jsonb_agg(r.name), '[]') INTO views
    FROM integrationkit.relations('{m}') r JOIN pg_catalog.pg_class c ON c.oid = r.id WHERE c.relispopulated;

    -- A function rather than a table: see above.
    EXECUTE format('CREATE FUNCTION integrationkit.baseline() RETURNS jsonb LANGUAGE sql IMMUTABLE AS %L',
        format('SELECT %L::jsonb', jsonb_build_object('tables', tables, 'sequences', sequences, 'views', views)));
END
$capture$;

CREATE FUNCTION integrationkit.reset() RETURNS void LANGUAGE plpgsql
-- Rows come and go without triggers, rules and foreign-key checks: the baseline was consistent.
SET session_replication_role = replica
SET client_min_messages = warning
SET lock_timeout = '5s'
AS $reset$
DECLARE
    touched text;
    item record;
    state record;
BEGIN
    -- A table without a row, committed or not, has an empty file or had none of its pages written since TRUNCATE.
    SELECT string_agg(name, ', ') INTO touched FROM integrationkit.relations('{r}') WHERE pg_relation_size(id) > 0;
    IF touched IS NOT NULL THEN
        -- CASCADE reaches only tables that are empty, since all others are named.
        EXECUTE 'TRUNCATE ' || touched || ' CASCADE';
    END IF;

    FOR item IN SELECT * FROM jsonb_to_recordset(integrationkit.baseline()->'tables') AS t(name text, copy text, columns text) LOOP
        IF to_regclass(item.name) IS NULL THEN
            RAISE EXCEPTION 'table % of the baseline is gone', item.name USING ERRCODE = 'IK001';
        END IF;
        EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM integrationkit.%I', item.name, item.columns, item.columns, item.copy);
    END LOOP;

    FOR item IN
        SELECT r.name, coalesce(b.last, s.seqstart) AS last, coalesce(b.called, false) AS called
        FROM integrationkit.relations('{S}') r
        JOIN pg_catalog.pg_sequence s ON s.seqrelid = r.id
        LEFT JOIN jsonb_to_recordset(integrationkit.baseline()->'sequences') AS b(name text, last bigint, called boolean) ON b.name = r.name
    LOOP
        EXECUTE format('SELECT last_value, is_called FROM %s', item.name) INTO state;
        IF (state.last_value, state.is_called) IS DISTINCT FROM (item.last, item.called) THEN
            PERFORM setval(item.name::regclass, item.last, item.called);
        END IF;
    END LOOP;

    FOR item IN
        SELECT r.name, integrationkit.baseline()->'views' ? r.name AS populated
        FROM integrationkit.relations('{m}') r JOIN pg_catalog.pg_class c ON c.oid = r.id WHERE c.relispopulated
    LOOP
        EXECUTE 'REFRESH MATERIALIZED VIEW ' || item.name || CASE WHEN item.populated THEN '' ELSE ' WITH NO DATA' END;
    END LOOP;
END
$reset$;
