using IntegrationKit.Diagnostics;

namespace IntegrationKit.Tests.Diagnostics;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    public void Between_counts_the_changes(string from, string to, int expected)
    {
        Assert.Equal(expected, EditDistance.Between(from, to));
        Assert.Equal(expected, EditDistance.Between(to, from));
    }

    [Theory]
    [InlineData("Postgers", " Did you mean 'Postgres'?")]
    [InlineData("rediss", " Did you mean 'Redis'?")]
    [InlineData("kafka", "")]
    public void DidYouMean_names_the_nearest_word(string word, string expected) => Assert.Equal(expected, Suggestion.DidYouMean(word, ["Redis", "Postgres", "Web"]));

    [Theory]
    [InlineData("Orders_Url", "Orders:Url", 0)]
    [InlineData("orders:url", "Orders.Url", 0)]
    [InlineData("Orders:Ulr", "Orders:Url", 2)]
    [InlineData("Shop:Orders:Url", "Url", 12)]
    [InlineData("Orders:Url", "Payments:Key", null)]
    public void Distance_ignores_separators_and_knows_a_wrong_section(string key, string candidate, int? expected) => Assert.Equal(expected, KeySimilarity.Distance(key, candidate));

    [Fact]
    public void Distance_compares_no_long_keys() => Assert.Null(KeySimilarity.Distance(new string('a', 201), new string('a', 201)));

    [Fact]
    public void Nearest_names_the_most_similar_keys_first() =>
        Assert.Equal(
            ["Orders.Url", "Orders:Uri", "Shop:Url"],
            KeySimilarity.Nearest("Orders:Url", ["Shop:Url", "ORDERS:URL", "Orders:Uri", "Logging:Level", "Orders.Url", "Payments:Service:Url"], count: 3));
}
