namespace IntegrationKit.Tests.Model;

/// <summary>What a start lends to a service.</summary>
public sealed class StartContextTests
{
    [Theory]
    [InlineData("Orders_Url", "Orders:Url")]
    [InlineData("Payments:Curency", "Payments:Currency")]
    [InlineData("Shop:Timeout", "Orders:Timeout")]
    [InlineData("Nobody:Reads:This", null)]
    public void FindSimilarKeys_finds_what_may_have_been_meant(string key, string? meant) => Assert.Equal(
        meant is null ? [] : [meant],
        StartContext.FindSimilarKeys(key, ["Orders:Url", "Orders:Timeout", "Payments:Currency", "Logging:Level", key]));

    [Fact]
    public void FindSimilarKeys_finds_the_most_similar_first_and_at_most_as_many_as_asked_for() => Assert.Equal(
        ["Orders.Url", "Orders:Uri"],
        StartContext.FindSimilarKeys("Orders:Url", ["Shop:Url", "Orders:Uri", "Orders.Url"], count: 2));
}
