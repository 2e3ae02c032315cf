using System.Text.Json;
using StackExchange.Redis;

namespace OrderSample.Orders;

/// <summary>Publishes events to other programs by Redis pub/sub. A program that does not listen at that moment misses them.</summary>
internal sealed class OrderEvents(IConnectionMultiplexer redis)
{
    public Task PublishAsync(OrderCreated created) => redis.GetSubscriber().PublishAsync(
        RedisChannel.Literal(OrderCreated.Channel), JsonSerializer.Serialize(created, JsonSerializerOptions.Web));
}

/// <summary>An order was created and can be read.</summary>
public sealed record OrderCreated(Guid OrderId, string UserId, decimal Total)
{
    /// <summary>The channel on which it is published, as JSON.</summary>
    public const string Channel = "order.created";
}
