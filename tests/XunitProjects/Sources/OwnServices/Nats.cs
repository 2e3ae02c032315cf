using System.Security.Cryptography;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Scenarios.OwnServices;

/// <summary>A NATS server with JetStream. Each service has a subject prefix of its own; a reset empties its streams.</summary>
public sealed class NatsService() : ServerService<NatsSlice>("nats:2")
{
    public const int ContainerPort = 4222;
    public string ConnectionString => AddressOf(GetServer(), Endpoint(ContainerPort));
    public string NetworkConnectionString => AddressOf(GetServer(), new(NetworkHost, ContainerPort));

    /// <summary>Subjects begin with it and a dot, names of streams with it and a hyphen.</summary>
    public string Prefix => GetSlice().Prefix;

    protected override ServerSpec Describe(DescribeContext context) => new()
    {
        Command = ["--config", "/etc/nats.conf"],
        Files = new Dictionary<string, string>
        {
            ["/etc/nats.conf"] = $$"""
                port: {{ContainerPort}}
                jetstream { store_dir: /data }
                authorization { token: "{{context.GetSecret("token")}}" }
                """,
        },
        Ports = [ContainerPort],
        Tmpfs = ["/data"],
        Readiness = Server.ReadyWhen("login and an answer of JetStream", async (server, token) => await JetStreamOf(server).GetAccountInfoAsync(token)),
    };

    protected override Task<NatsSlice> TakeSliceAsync(Server server, StartContext start, CancellationToken cancellationToken) =>
        Task.FromResult(new NatsSlice(server, JetStreamOf(server), $"slice{RandomNumberGenerator.GetHexString(8, lowercase: true)}"));

    private static NatsJSContext JetStreamOf(Server server) => new(server.GetOrAdd(each =>
        new NatsConnection(new NatsOpts { Url = AddressOf(each, each.Endpoint(ContainerPort)) })));

    private static string AddressOf(Server server, ServiceEndpoint endpoint) => $"nats://{server.GetSecret("token")}@{endpoint}";
}

public sealed class NatsSlice(Server server, NatsJSContext jetStream, string prefix) : ServerSlice(server)
{
    public string Prefix => prefix;

    public override async Task ResetAsync(CancellationToken cancellationToken)
    {
        foreach (var stream in await jetStream.ListStreamsAsync($"{prefix}.>", cancellationToken).ToListAsync(cancellationToken))
        {
            await stream.PurgeAsync(new StreamPurgeRequest(), cancellationToken);
        }
    }

    public override async Task<IReadOnlyList<Leftover>> FindLeftoversAsync(CancellationToken cancellationToken) =>
    [
        .. from stream in await jetStream.ListStreamsAsync($"{prefix}.>", cancellationToken).ToListAsync(cancellationToken)
           where stream.Info.State.Messages > 0
           select new Leftover("stream", stream.Info.Config.Name!, (long)stream.Info.State.Messages, $"{stream.Info.State.Messages} messages"),
    ];

    public override async ValueTask DisposeAsync()
    {
        foreach (var stream in await jetStream.ListStreamsAsync($"{prefix}.>").ToListAsync())
        {
            await stream.DeleteAsync();
        }
    }
}
