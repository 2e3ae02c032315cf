using Npgsql;

namespace IntegrationKit.Services.Postgres;

/// <summary>Something that belongs to a whole server, not to one database of it.</summary>
/// <param name="Kind">What it is, for messages.</param>
/// <param name="Name">Its name.</param>
/// <param name="Detail">What changes when it is altered.</param>
/// <param name="Role">The role that it is about; empty if it is about none.</param>
/// <param name="Group">The role that the other one is a member of; else empty.</param>
internal sealed record ServerWideThing(string Kind, string Name, string Detail, string Role, string Group)
{
    // A role's row includes its password; only its hash is read.
    private const string Query =
        """
        SELECT 'database' AS kind, datname::text AS name, concat_ws(' ', datdba, datconnlimit, datacl) AS detail, '' AS role, '' AS granted FROM pg_database
        UNION ALL SELECT 'settings of database', d.datname, s.setconfig::text, '', '' FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
        UNION ALL SELECT 'role', rolname, md5(r::text), rolname, '' FROM pg_authid r
        UNION ALL SELECT 'membership', format('%s in %s', m.rolname, g.rolname), '', m.rolname, g.rolname
            FROM pg_auth_members x JOIN pg_authid m ON m.oid = x.member JOIN pg_authid g ON g.oid = x.roleid
        UNION ALL SELECT 'settings of role', coalesce(r.rolname, 'ALL'), s.setconfig::text, coalesce(r.rolname, ''), ''
            FROM pg_db_role_setting s LEFT JOIN pg_authid r ON r.oid = s.setrole WHERE s.setdatabase = 0
        UNION ALL SELECT 'tablespace', spcname, coalesce(spcoptions::text, ''), '', '' FROM pg_tablespace
        UNION ALL SELECT 'replication slot', slot_name, '', '', '' FROM pg_replication_slots WHERE NOT temporary
        UNION ALL SELECT 'replication origin', roname, '', '', '' FROM pg_replication_origin
        UNION ALL SELECT 'subscription', subname, '', '', '' FROM pg_subscription
        UNION ALL SELECT 'prepared transaction', gid, '', '', '' FROM pg_prepared_xacts WHERE database = $1
        UNION ALL SELECT 'configuration of ALTER SYSTEM', name, coalesce(setting, ''), '', '' FROM pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf'
        UNION ALL SELECT 'relation in the database "postgres"', oid::regclass::text, '', '', '' FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        """;

    private const string Parameters = " UNION ALL SELECT 'privileges on parameter', parname, coalesce(paracl::text, ''), '', '' FROM pg_parameter_acl";
    private const int FirstWithParameters = 15;

    /// <summary>What a script that makes it has to mention.</summary>
    public string Word => Role.Length > 0 ? Role : Name;

    /// <summary>Whether it is a database, or belongs to one.</summary>
    public bool IsOfDatabase => Kind is "database" or "settings of database";

    /// <summary>Reads all of them.</summary>
    /// <param name="source">Connections of the library to the database "postgres".</param>
    /// <param name="database">The database whose prepared transactions are among them.</param>
    /// <param name="cancellationToken">The token.</param>
    public static async Task<IReadOnlyList<ServerWideThing>> ReadAsync(NpgsqlDataSource source, string database, CancellationToken cancellationToken)
    {
        var things = new List<ServerWideThing>();
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var command = new NpgsqlCommand(connection.PostgreSqlVersion.Major >= FirstWithParameters ? Query + Parameters : Query, connection);
            await using (command.ConfigureAwait(false))
            {
                command.Parameters.Add(new() { Value = database });
                var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        things.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4)));
                    }
                }
            }
        }

        return things;
    }

    public override string ToString() => $"{Kind} \"{Name}\"";
}
