namespace IntegrationKit.PackageTests.Support;

/// <summary>
/// Consumers that several tests run: each is built once. With INTEGRATIONKIT_LONG=1 on an empty package cache, so that their
/// figures tell what a new user waits for.
/// </summary>
public sealed class BuiltConsumers(PackedFeed feed) : IAsyncDisposable
{
    private readonly Dictionary<string, Consumer> _consumers = new(StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var consumer in _consumers.Values)
        {
            await consumer.DisposeAsync();
        }
    }

    internal async Task<Consumer> GetAsync(string name)
    {
        await Docker.EnsureEngineAsync();
        if (!_consumers.TryGetValue(name, out var consumer))
        {
            _consumers[name] = consumer = Consumer.Create(feed, name, emptyCache: Repository.IsLong);
        }

        if (!File.Exists(consumer.Assembly))
        {
            await consumer.BuildAsync();
        }

        return consumer;
    }
}

/// <summary>Tests of it run one after the other, so that what is left on the engine is the last one's.</summary>
[CollectionDefinition(nameof(ConsumerGroup))]
public sealed class ConsumerGroup : ICollectionFixture<BuiltConsumers>;
