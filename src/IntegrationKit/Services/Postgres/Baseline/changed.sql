-- Whether anything of the baseline may have changed, so that it is worth being captured again.
CREATE OR REPLACE FUNCTION integrationkit.has_changed() RETURNS boolean LANGUAGE plpgsql AS $function$
DECLARE
    item record;
    last bigint;
BEGIN
    IF NOT (integrationkit.baseline()->'tracks')::boolean
        OR (integrationkit.baseline()->'objects')::boolean OR EXISTS (SELECT FROM pg_largeobject_metadata)
        OR EXISTS (
            SELECT FROM unnest(integrationkit.marks() || ARRAY['integrationkit.schema_mark'::regclass::oid, 'integrationkit.view_mark'::regclass::oid]) m
            WHERE pg_sequence_last_value(m) IS NOT NULL)
        OR integrationkit.settings() IS DISTINCT FROM integrationkit.baseline()->>'settings'
    THEN
        RETURN true;
    END IF;

    FOR item IN
        SELECT r.name, pg_sequence_last_value(r.id) AS now, (b.state->>'last')::bigint AS last, (b.state->>'called')::boolean AS called
        FROM integrationkit.relations('{S}') r JOIN jsonb_each(integrationkit.baseline()->'sequences') AS b(name, state) ON b.name = r.name
    LOOP
        IF (item.now IS NOT NULL) <> item.called OR item.now <> item.last THEN
            RETURN true;
        END IF;

        -- Before PostgreSQL 18 the value of a sequence that was not called is not told; setval may have changed it.
        IF NOT item.called THEN
            EXECUTE pg_catalog.format('SELECT last_value FROM %s', item.name) INTO last;
            IF last <> item.last THEN
                RETURN true;
            END IF;
        END IF;
    END LOOP;

    RETURN false;
END
$function$;
