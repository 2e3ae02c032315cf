using IntegrationKit;
using Microsoft.VisualStudio.TestTools.UnitTesting;

[TestClass]
public sealed class RedisTests
{
    private static readonly RedisService Redis = new();
    private static readonly TestInfrastructure Infra = new TestInfrastructure().Register("mstest-redis", Redis);

    [ClassInitialize]
    public static async Task Start(TestContext context) => await Infra.StartAllAsync();

    [ClassCleanup(ClassCleanupBehavior.EndOfClass)]
    public static async Task Stop() => await Infra.DisposeAsync();

    [TestInitialize]
    public async Task Reset() => await Infra.ResetAllAsync();

    [TestMethod]
    [DataRow("tea")]
    [DataRow("cups")]
    public async Task Write_is_the_first(string item)
    {
        await using var connection = await Redis.ConnectAsync();
        Assert.AreEqual(1, await connection.GetDatabase().ListLeftPushAsync("items", item));
    }
}
