using System.Diagnostics.CodeAnalysis;
using IntegrationKit.Diagnostics;

namespace IntegrationKit;

/// <summary>
/// One service's part of a server: a database, a virtual host, a subject prefix. Its reset and its baseline concern only this
/// part; disposing it ends the access of all who still use the part, and removes it.
/// </summary>
/// <param name="server">The server.</param>
[Experimental(Experiments.WritingServices)]
public abstract class ServerSlice(Server server) : ServiceRun
{
    /// <summary>The server that it is a part of.</summary>
    public Server Server { get; } = server;

    /// <summary>Reads the server's log. If lines can be told apart, override it so that a class sees only its own.</summary>
    public override IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken) => Server.ReadLogAsync(query, cancellationToken);
}
