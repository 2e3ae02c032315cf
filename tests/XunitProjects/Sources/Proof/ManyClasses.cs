using System.Net.Http.Json;
using StackExchange.Redis;

namespace Scenarios.Proof;

/// <summary>Twenty classes of 25 tests at once. Each would notice another that shared its data.</summary>
public abstract class ManyClasses(ProofFixture infra) : IntegrationTest<ProofFixture>(infra)
{
    private static readonly Crowd Inside = new(enough: 10);

    /// <summary>Where the slicing is broken on purpose, a few show it.</summary>
    public static TheoryData<int> Rows => [.. Enumerable.Range(0, ProofFixture.IsBroken ? 5 : 25)];

    private string Me => GetType().Name;

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Sees_nothing_of_the_others(int row)
    {
        var random = new Random((Me[^2] * 1_000) + (Me[^1] * 100) + row);
        using var _ = await Inside.EnterAsync(Me, Cancellation);
        var cache = Infra.Cache.GetDatabase();
        Assert.Equal(["seed"], await OwnersAsync());
        Assert.False(await cache.KeyExistsAsync("cart"));
        Assert.Equal(1, Infra.Mock.StubCount);
        Assert.Empty(Infra.Mock.Requests);

        var messages = await Infra.Cache.GetSubscriber().SubscribeAsync(RedisChannel.Literal("events"));
        await PauseAsync(random);
        await using (var insert = Infra.Database.CreateCommand($"insert into items (owner) values ('{Me}') returning id"))
        {
            Assert.Equal(2, await insert.ExecuteScalarAsync(Cancellation));
        }

        await cache.StringSetAsync("cart", Me);
        Infra.Mock.When("POST", "/payments").Respond(200, new { owner = Me });
        await PauseAsync(random);
        await Infra.Cache.GetSubscriber().PublishAsync(RedisChannel.Literal("events"), Me);
        using var client = new HttpClient { BaseAddress = Infra.Mock.BaseAddress };
        using var answer = await client.PostAsJsonAsync("/payments", new { from = Me }, Cancellation);
        await PauseAsync(random);

        Assert.Equal(["seed", Me], await OwnersAsync());
        Assert.Equal(Me, await cache.StringGetAsync("cart"));
        Assert.Contains(Me, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Infra.Mock.Verify("POST", "/payments", times: 1);
        var heard = new List<string> { (await messages.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation)).Message.ToString() };
        await messages.UnsubscribeAsync();
        while (messages.TryRead(out var more))
        {
            heard.Add(more.Message.ToString());
        }

        Assert.Equal([Me], heard);
    }

    private Task PauseAsync(Random random) => Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 20)), TimeProvider.System, Cancellation);

    private async Task<List<string>> OwnersAsync()
    {
        await using var command = Infra.Database.CreateCommand("select owner from items order by id");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var owners = new List<string>();
        while (await reader.ReadAsync(Cancellation))
        {
            owners.Add(reader.GetString(0));
        }

        return owners;
    }
}

/// <summary>Holds the first test of each class until enough classes are inside one.</summary>
public sealed class Crowd(int enough)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly HashSet<string> _inside = [];
    private readonly TaskCompletionSource _isEnough = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<IDisposable> EnterAsync(string name, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _inside.Add(name);
            if (_inside.Count == enough && !_isEnough.Task.IsCompleted)
            {
                Journal.Note($"inside {_inside.Count}");
                _isEnough.SetResult();
            }
        }

        await _isEnough.Task.WaitAsync(Limit, TimeProvider.System, cancellationToken);
        return new Visit(this, name);
    }

    private sealed class Visit(Crowd crowd, string name) : IDisposable
    {
        public void Dispose()
        {
            lock (crowd._gate)
            {
                crowd._inside.Remove(name);
            }
        }
    }
}
