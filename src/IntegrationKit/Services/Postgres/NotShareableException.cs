namespace IntegrationKit.Services.Postgres;

/// <summary>The set-up of a database made what belongs to the whole server, which others share.</summary>
internal sealed class NotShareableException(IReadOnlyList<ServerWideThing> things, bool leftDatabaseEmpty)
    : IntegrationKitException(
        $"Its init scripts or Initialize made or changed what belongs to the whole server, which is shared: {string.Join(", ", things)}. " +
        (leftDatabaseEmpty && things.Any(each => each.Kind == "database") ? "The service's own database, whose name is in $POSTGRES_DB, was left empty. " : "") + Remedy)
{
    private const string Remedy =
        "Set OwnServer = true for a server that nobody shares, or let the scripts use only the database to which they are connected.";

    public override string Fix => Remedy;
}
