namespace IntegrationKit.Services.Postgres;

/// <summary>
/// What is tied to a database and stands outside of it, so that CREATE DATABASE does not copy it: its owner, privileges, limit of
/// connections, settings (its own and those of roles in it), comment and security labels.
/// </summary>
internal static class DatabaseProperties
{
    /// <summary>A query whether a database has any that a clone does not get by itself.</summary>
    public static string Exist(string name) =>
        $"""
        SELECT EXISTS (
            SELECT FROM pg_database d WHERE d.datname = {PostgresCluster.Literal(name)} AND (
                d.datdba <> (SELECT oid FROM pg_roles WHERE rolname = current_user) OR d.datacl IS NOT NULL OR d.datconnlimit <> -1
                OR EXISTS (SELECT FROM pg_db_role_setting s WHERE s.setdatabase = d.oid)
                OR EXISTS (SELECT FROM pg_shdescription c WHERE c.classoid = 'pg_database'::regclass AND c.objoid = d.oid)
                OR EXISTS (SELECT FROM pg_shseclabel l WHERE l.classoid = 'pg_database'::regclass AND l.objoid = d.oid)))
        """;

    /// <summary>Gives a new database those of another one.</summary>
    public static string Copy(string from, string to) =>
        $"""
        WITH pair AS (
            SELECT f.oid AS source, t.oid AS made, f.datdba, f.datacl, f.datconnlimit FROM pg_database f, pg_database t
            WHERE f.datname = {PostgresCluster.Literal(from)} AND t.datname = {PostgresCluster.Literal(to)}),
        settings AS (
            INSERT INTO pg_db_role_setting (setdatabase, setrole, setconfig)
            SELECT p.made, s.setrole, s.setconfig FROM pg_db_role_setting s JOIN pair p ON s.setdatabase = p.source),
        comments AS (
            INSERT INTO pg_shdescription (objoid, classoid, description)
            SELECT p.made, c.classoid, c.description FROM pg_shdescription c JOIN pair p ON c.objoid = p.source WHERE c.classoid = 'pg_database'::regclass),
        labels AS (
            INSERT INTO pg_shseclabel (objoid, classoid, provider, label)
            SELECT p.made, l.classoid, l.provider, l.label FROM pg_shseclabel l JOIN pair p ON l.objoid = p.source WHERE l.classoid = 'pg_database'::regclass),
        own_dependencies AS (
            DELETE FROM pg_shdepend d USING pair p WHERE d.dbid = 0 AND d.classid = 'pg_database'::regclass AND d.objid = p.made),
        dependencies AS (
            INSERT INTO pg_shdepend (dbid, classid, objid, objsubid, refclassid, refobjid, deptype)
            SELECT 0, d.classid, p.made, d.objsubid, d.refclassid, d.refobjid, d.deptype
            FROM pg_shdepend d JOIN pair p ON d.objid = p.source WHERE d.dbid = 0 AND d.classid = 'pg_database'::regclass)
        UPDATE pg_database d SET datdba = p.datdba, datacl = p.datacl, datconnlimit = p.datconnlimit FROM pair p WHERE d.oid = p.made
        """;
}
