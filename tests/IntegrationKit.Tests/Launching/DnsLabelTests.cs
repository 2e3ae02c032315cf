using IntegrationKit.Launching;

namespace IntegrationKit.Tests.Launching;

public sealed class DnsLabelTests
{
    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("Orders DB/1 ä", "orders-db-1")]
    [InlineData("--- a___b ---", "a-b")]
    [InlineData("密码", "service")]
    [InlineData("-", "service")]
    [InlineData("a-name-that-is-much-longer-than-a-label-may-be", "a-name-that-is-much-longer-tha")]
    [InlineData("a-name-that-is-cut-at-a-hyphen-here", "a-name-that-is-cut-at-a-hyphen")]
    public void From_name_is_the_part_of_a_host_name(string name, string label) => Assert.Equal(label, DnsLabel.From(name));
}
