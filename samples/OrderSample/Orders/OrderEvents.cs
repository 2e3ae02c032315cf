using System.Text.Json;
using StackExchange.Redis;

namespace OrderSample.Orders;

/// <summary>Tells other programs, by Redis pub/sub. Who does not listen at that moment misses it.</summary>
internal sealed class OrderEvents(IConnectionMultiplexer redis)
{
    public Task PublishAsync(OrderCreated created) => redis.GetSubscriber().PublishAsync(
        RedisChannel.Literal(OrderCreated.Channel), JsonSerializer.Serialize(created, JsonSerializerOptions.Web));
}

/// <summary>There is an order that can be read.</summary>
public sealed record OrderCreated(Guid OrderId, string UserId, decimal Total)
{
    /// <summary>Where it is published, as JSON.</summary>
    public const string Channel = "order.created";
}
