-- What a reset needs of a schema and does not bring back, a line each: it says what is gone.
CREATE OR REPLACE FUNCTION integrationkit.describe_schema() RETURNS TABLE (rank int, line text) LANGUAGE sql STABLE AS $function$
    SELECT CASE c.relkind WHEN 'r' THEN 1 WHEN 'p' THEN 1 ELSE 3 END,
        CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'f' THEN 'foreign table ' ELSE 'table ' END || r.name
    FROM integrationkit.relations('{r,p,S,v,m,f}') r JOIN pg_catalog.pg_class c ON c.oid = r.id
    UNION ALL
    SELECT 2, pg_catalog.format('column %I of table %s', a.attname, r.name)
    FROM integrationkit.relations('{r,p}') r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.id AND a.attnum > 0 AND NOT a.attisdropped
$function$;

-- Whether a copy has the column. A generated one is computed anew, unless a function of the user's computes it: that may say something else by then.
CREATE OR REPLACE FUNCTION integrationkit.is_kept(id oid, number smallint, generated "char") RETURNS boolean LANGUAGE sql STABLE AS $function$
    SELECT generated = '' OR generated = 's' AND EXISTS (
        SELECT FROM pg_catalog.pg_attrdef a JOIN pg_catalog.pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid
        -- Source: PostgreSQL's FirstNormalObjectId.
        WHERE a.adrelid = id AND a.adnum = number AND d.refclassid = 'pg_proc'::regclass AND d.refobjid >= 16384)
$function$;

-- The columns that a copy has, as a list.
CREATE OR REPLACE FUNCTION integrationkit.columns_of(id oid) RETURNS text LANGUAGE sql STABLE AS $function$
    SELECT coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), '') FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = id AND a.attnum > 0 AND NOT a.attisdropped AND integrationkit.is_kept(id, a.attnum, a.attgenerated)
$function$;

-- A change of the schema that is not committed yet is seen by a later reset only, which is to look again.
CREATE OR REPLACE FUNCTION integrationkit.expect_change() RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
    IF EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL) THEN
        PERFORM nextval('integrationkit.schema_mark');
    END IF;
END
$function$;

-- At a capture: the schema of the baseline. In a function, since a table would mislead tools that ask whether a database is empty.
CREATE OR REPLACE FUNCTION integrationkit.note_schema() RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
    EXECUTE pg_catalog.format('CREATE OR REPLACE FUNCTION integrationkit.schema() RETURNS SETOF record LANGUAGE sql IMMUTABLE AS %L',
        pg_catalog.format('SELECT * FROM jsonb_to_recordset(%L) AS s(rank int, line text)',
            (SELECT coalesce(jsonb_agg(to_jsonb(s)), '[]') FROM integrationkit.describe_schema() s)));
END
$function$;

-- After a change of the schema: an error if something of the baseline is gone.
CREATE OR REPLACE FUNCTION integrationkit.check_schema() RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    gone text[];
BEGIN
    SELECT array_agg(s.line ORDER BY s.rank, s.line) INTO gone FROM integrationkit.schema() AS s(rank int, line text)
    WHERE s.line NOT IN (SELECT d.line FROM integrationkit.describe_schema() d);
    IF gone IS NOT NULL THEN
        RAISE EXCEPTION '% of the baseline is gone%', gone[1], CASE WHEN cardinality(gone) > 1 THEN pg_catalog.format(', and %s more', cardinality(gone) - 1) ELSE '' END
            USING ERRCODE = 'IK001';
    END IF;
END
$function$;

-- Tables in which a tool keeps track of what it has done to the database, that have rows now and had none at the baseline.
CREATE OR REPLACE FUNCTION integrationkit.tell_history() RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    item record;
    found boolean;
BEGIN
    FOR item IN
        SELECT r.name FROM integrationkit.relations('{r}') r JOIN pg_catalog.pg_class c ON c.oid = r.id
        -- EF Core; Flyway and its old name; DbUp; Liquibase; Marten; FluentMigrator; Evolve; and what migrations in other languages use.
        WHERE lower(c.relname) IN ('__efmigrationshistory', 'flyway_schema_history', 'schema_version', 'schemaversions', 'databasechangelog', 'mt_hilo',
                'versioninfo', 'changelog', 'schema_migrations', 'alembic_version', 'django_migrations', '_prisma_migrations')
            AND NOT (integrationkit.baseline()->'tables') ? r.name
    LOOP
        EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM ONLY %s)', item.name) INTO found;
        IF found THEN
            RAISE WARNING USING MESSAGE = item.name, ERRCODE = 'IK002';
        END IF;
    END LOOP;
END
$function$;

-- What ALTER DATABASE ... SET and ALTER ROLE ... IN DATABASE ... SET have set for this database.
CREATE OR REPLACE FUNCTION integrationkit.settings() RETURNS text LANGUAGE sql STABLE AS $function$
    SELECT jsonb_agg(jsonb_build_array(s.setrole, s.setconfig) ORDER BY s.setrole)::text FROM pg_catalog.pg_db_role_setting s
    WHERE s.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
$function$;

CREATE OR REPLACE FUNCTION integrationkit.restore_settings() RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    own oid := (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database());
BEGIN
    DELETE FROM pg_catalog.pg_db_role_setting WHERE setdatabase = own;
    INSERT INTO pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
    SELECT own, (s->>0)::oid, ARRAY(SELECT jsonb_array_elements_text(s->1)) FROM jsonb_array_elements((integrationkit.baseline()->>'settings')::jsonb) s;
END
$function$;
