using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Scenarios.OwnServices;

public sealed class StrictBroker : InfrastructureFixture
{
    public NatsService Nats { get; } = new();

    protected override LeftoverPolicy Leftovers => LeftoverPolicy.Fail;

    protected override void Configure(TestInfrastructure infra) => infra.Register("nats", Nats);
}

public sealed class MessageLeftoverTests(StrictBroker infra) : IntegrationTest<StrictBroker>(infra)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fails_if_it_leaves_messages(bool purges)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = Infra.Nats.ConnectionString });
        var jetStream = new NatsJSContext(connection);
        var stream = await jetStream.CreateOrUpdateStreamAsync(new StreamConfig($"{Infra.Nats.Prefix}-orders", [$"{Infra.Nats.Prefix}.orders"]), Cancellation);
        await jetStream.PublishAsync($"{Infra.Nats.Prefix}.orders", "1", cancellationToken: Cancellation);
        await jetStream.PublishAsync($"{Infra.Nats.Prefix}.orders", "2", cancellationToken: Cancellation);
        if (purges)
        {
            await stream.PurgeAsync(new StreamPurgeRequest(), Cancellation);
        }
    }
}
