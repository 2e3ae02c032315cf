using System.Globalization;
using System.Text.RegularExpressions;

namespace IntegrationKit.Services.Redis;

/// <summary>Finds keys in databases of a shared server that no slice has.</summary>
internal static partial class RedisStrayKeys
{
    /// <summary>What the server has.</summary>
    public static readonly string[] Question = ["INFO", "keyspace"];

    /// <summary>Throws if there are some, and removes them, so that the next test does not find them again.</summary>
    /// <param name="redis">The connection.</param>
    /// <param name="keyspace">The answer to the question.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IntegrationKitException">There are some.</exception>
    public static async Task CheckAsync(RespConnection redis, string keyspace, CancellationToken cancellationToken)
    {
        var strays = Database().Matches(keyspace).Where(each => int.Parse(each.Groups["index"].ValueSpan, CultureInfo.InvariantCulture) < RedisIndexes.First).ToArray();
        if (strays is [])
        {
            return;
        }

        var found = new List<string>();
        foreach (var stray in strays)
        {
            var index = stray.Groups["index"].Value;
            var answers = await redis.SendAllAsync([["SELECT", index], ["RANDOMKEY"], ["FLUSHDB", "SYNC"]], cancellationToken).ConfigureAwait(false);
            found.Add($"{stray.Groups["keys"].Value} in database {index}, '{answers[1]}' among them");
        }

        throw new IntegrationKitException(
            $"On the shared Redis server keys were found where no service has its data: {string.Join("; ", found)}. " +
            "A client in this process ignores the defaultDatabase of its connection string, or asks for a database by its number. Pass the whole string on, or set OwnServer = true.");
    }

    [GeneratedRegex(@"^db(?<index>\d+):keys=(?<keys>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Database();
}
