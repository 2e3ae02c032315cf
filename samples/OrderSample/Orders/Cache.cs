using System.Text.Json;
using StackExchange.Redis;

namespace OrderSample.Orders;

/// <summary>Values kept as JSON in Redis for 300 seconds.</summary>
internal sealed class Cache(IConnectionMultiplexer redis)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(300);

    public async Task<T?> GetOrAddAsync<T>(string key, Func<Task<T?>> read)
        where T : class
    {
        var cached = await redis.GetDatabase().StringGetAsync(key);
        if (!cached.IsNull)
        {
            return JsonSerializer.Deserialize<T>(cached.ToString());
        }

        var value = await read();
        if (value is not null)
        {
            await redis.GetDatabase().StringSetAsync(key, JsonSerializer.Serialize(value), Lifetime);
        }

        return value;
    }

    public Task RemoveAsync(string key) => redis.GetDatabase().KeyDeleteAsync(key);
}
