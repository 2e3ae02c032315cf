using System.Globalization;

namespace IntegrationKit.Services.Redis;

/// <summary>What one service has of a shared server.</summary>
/// <param name="Index">The database's index, from 1 on.</param>
/// <param name="ChannelPrefix">What its channels begin with; never used a second time.</param>
internal sealed record RedisSlice(int Index, string ChannelPrefix)
{
    public static Task EmptyAsync(RespConnection redis, int index, CancellationToken cancellationToken) => redis.SendAllAsync(
        [["SELECT", index.ToString(CultureInfo.InvariantCulture)], ["FLUSHDB", "SYNC"]], cancellationToken);

    /// <summary>Says so where keys lie in index 0, which no slice has, and takes them away: the next test is not to meet them again.</summary>
    /// <exception cref="IntegrationKitException">There are some.</exception>
    public static async Task CheckNobodyIgnoresItsIndexAsync(RespConnection redis, CancellationToken cancellationToken)
    {
        var answers = await redis.SendAllAsync([["SELECT", "0"], ["DBSIZE"], ["RANDOMKEY"]], cancellationToken).ConfigureAwait(false);
        if (answers[1] == "0")
        {
            return;
        }

        await EmptyAsync(redis, 0, cancellationToken).ConfigureAwait(false);
        throw new IntegrationKitException(
            $"On the shared Redis server keys were found in database 0, which belongs to nobody: {answers[1]}, '{answers[2]}' among them. " +
            "A client in this process ignores the defaultDatabase of its connection string. Pass the whole string on and ask for no database by number, or set OwnServer = true.");
    }
}
