using IntegrationKit.Sharing;

namespace IntegrationKit.Tests.Sharing;

/// <summary>What makes two servers equal.</summary>
public sealed class ServerKeyTests
{
    public static TheoryData<string> Differences => [.. Others.Keys];

    private static Dictionary<string, ServerSpec> Others => new()
    {
        ["command"] = Spec() with { Command = ["serve", "--quick"] },
        ["environment"] = Spec() with { Environment = new Dictionary<string, string> { ["A"] = "2" } },
        ["file's content"] = Spec() with { Files = new Dictionary<string, string> { ["/a.conf"] = "2", ["/b.conf"] = "2" } },
        ["file's path"] = Spec() with { Files = new Dictionary<string, string> { ["/c.conf"] = "1", ["/b.conf"] = "2" } },
        ["port"] = Spec() with { Ports = [81] },
        ["shared memory"] = Spec() with { SharedMemory = 1 },
        ["tmpfs"] = Spec() with { Tmpfs = ["/data"] },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public void Servers_differ_by(string difference) => Assert.NotEqual(Of(Spec()), Of(Others[difference]));

    [Fact]
    public void Order_of_what_has_none_makes_no_difference() =>
        Assert.Equal(Of(Spec()), Of(Spec() with { Files = new Dictionary<string, string> { ["/b.conf"] = "2", ["/a.conf"] = "1" } }));

    private static ServerSpec Spec() => new()
    {
        Image = "server:1",
        Command = ["serve"],
        Environment = new Dictionary<string, string> { ["A"] = "1" },
        Files = new Dictionary<string, string> { ["/a.conf"] = "1", ["/b.conf"] = "2" },
        Ports = [80],
    };

    private static string Of(ServerSpec spec) => ServerKey.Of(typeof(ContainerService), ["here"], spec);
}
