using IntegrationKit.EngineTests.Support;
using IntegrationKit.Services;
using IntegrationKit.Services.Redis;
using StackExchange.Redis;

namespace IntegrationKit.EngineTests.Sharing;

/// <summary>What concerns a whole Redis is refused on a shared one, and the refusal is explained.</summary>
[Collection(nameof(SharedKit))]
public sealed class RedisAccessTests : IClassFixture<SharedKit.EndOfRun>
{
    [Fact]
    public async Task Every_command_that_could_concern_others_stands_in_the_list_and_the_server_does_as_it_says()
    {
        var redis = new RedisService();
        await using var infra = await SharedKit.StartAsync(redis);
        var options = ConfigurationOptions.Parse(redis.ConnectionString);
        await using var administrator = await RedisSlice.ConnectAsync(((ServerRun)redis.Run!).Server, Kit.Cancellation);
        var known = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var category in RedisCommandList.Categories)
        {
            known.UnionWith(await administrator.ListAsync(Kit.Cancellation, "ACL", "CAT", category));
        }

        Assert.Empty(known.Except(RedisCommandList.Refused).Except(RedisCommandList.Allowed));
        Assert.Empty(RedisCommandList.Refused.Intersect(RedisCommandList.Allowed));

        // As the slice's own user, and as one who knows the password only.
        foreach (var user in new[] { options.User, "default" })
        {
            await using var connection = await RespConnection.OpenAsync(redis.Endpoint(RedisService.ContainerPort), user, options.Password!, Kit.Cancellation);
            foreach (var command in known)
            {
                var tried = await DryRunAsync(administrator, user!, command);
                Assert.Equal(RedisCommandList.Allowed.Contains(command), tried.Answer == "OK");
                if (tried.Answer != "OK")
                {
                    var refusal = Assert.Single(await connection.AskAllAsync([tried.Words], Kit.Cancellation)).Error;

                    // Some are off in every server that does not ask for them, and that is found out first.
                    Assert.Matches("^NOPERM |command not allowed", refusal);
                }
            }
        }

        await infra.ResetAllAsync(Kit.Cancellation);
    }

    [Fact]
    public async Task Refusal_is_explained_in_the_log_of_the_slice_that_met_it_and_in_no_other()
    {
        var (one, two) = (new RedisService(), new RedisService());
        await using var first = await SharedKit.StartAsync(one);
        await using var second = await SharedKit.StartAsync(two);
        await using var connection = await one.ConnectAsync(Kit.Cancellation);

        var error = await Assert.ThrowsAsync<RedisServerException>(() => connection.GetDatabase().ExecuteAsync("CONFIG", "SET", "notify-keyspace-events", "Ex"));
        await Assert.ThrowsAsync<RedisServerException>(() => connection.GetDatabase().ScriptEvaluateAsync("return redis.call('FLUSHALL')"));

        Assert.StartsWith("NOPERM", error.Message, StringComparison.Ordinal);
        var lines = await one.ReadLogAsync(Kit.Cancellation).Select(line => line.Text).Where(line => line.StartsWith("IntegrationKit: ", StringComparison.Ordinal)).ToListAsync(Kit.Cancellation);
        Assert.Equal(2, lines.Count);
        Assert.Contains("refused 'config|set' (1 times)", lines[0], StringComparison.Ordinal);
        Assert.Contains("refused 'flushall' (1 times)", lines[1], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Contains("OwnServer = true", line, StringComparison.Ordinal));
        Assert.DoesNotContain(await two.ReadLogAsync(Kit.Cancellation).ToListAsync(Kit.Cancellation), line => line.Text.Contains("refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Loaded_script_stays_after_a_reset()
    {
        var redis = new RedisService();
        await using var infra = await SharedKit.StartAsync(redis);
        await using var connection = await redis.ConnectAsync(Kit.Cancellation);
        var script = (string?)await connection.GetDatabase().ExecuteAsync("SCRIPT", "LOAD", "return 7");

        await infra.ResetAllAsync(Kit.Cancellation);

        Assert.Equal(7, (int)await connection.GetDatabase().ExecuteAsync("EVALSHA", script!, "0"));
    }

    /// <summary>Asks the server what it would answer, with as many words as the command needs.</summary>
    private static async Task<(string? Answer, string[] Words)> DryRunAsync(RespConnection administrator, string user, string command)
    {
        for (var count = 0; ; count++)
        {
            string[] words = [.. command.Split('|'), .. Enumerable.Repeat("1", count)];
            var answer = Assert.Single(await administrator.AskAllAsync([["ACL", "DRYRUN", user, .. words]], Kit.Cancellation));
            if (answer.Error?.Contains("number of arguments", StringComparison.Ordinal) != true)
            {
                Assert.Null(answer.Error);
                return (answer.Values[0], words);
            }
        }
    }
}
