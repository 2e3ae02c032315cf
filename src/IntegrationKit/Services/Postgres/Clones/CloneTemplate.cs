namespace IntegrationKit.Services.Postgres;

/// <summary>A database that refuses connections, from which others are made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="HasProperties">Whether it has <see cref="DatabaseProperties"/>.</param>
internal sealed record CloneTemplate(string Name, bool HasProperties)
{
    /// <summary>Makes a template of a finished database, to which nobody connects any more.</summary>
    public static async Task<CloneTemplate> SealAsync(PostgresCluster cluster, string name, CancellationToken cancellationToken)
    {
        await cluster.ExecuteAsync(
            cancellationToken, $"ALTER DATABASE {PostgresCluster.Quoted(name)} ALLOW_CONNECTIONS false", DatabaseDrops.UntilUnused(name)).ConfigureAwait(false);
        return new(name, await cluster.ReadAsync<bool>(DatabaseProperties.Exist(name), cancellationToken).ConfigureAwait(false));
    }
}
