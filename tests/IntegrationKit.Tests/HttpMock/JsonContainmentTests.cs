using System.Text.Json;
using IntegrationKit.HttpMock;

namespace IntegrationKit.Tests.HttpMock;

public sealed class JsonContainmentTests
{
    [Theory]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":1,"c":2},"d":3}""")]
    [InlineData("""[{"a":1},2]""", """[{"a":1,"x":0},2.00]""")]
    [InlineData("""null""", """null""")]
    [InlineData("""{"a":null}""", """{"a":null}""")]
    [InlineData("""true""", """true""")]
    [InlineData("\"\\u0041\"", "\"A\"")]
    [InlineData("0.1", "0.10")]
    [InlineData("1e400", "1e400")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    public void FirstDifference_contained_is_null(string expected, string actual) => Assert.Null(Difference(expected, actual));

    [Theory]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":2}}""", "$.a.b=1 expected, got 2")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{}}""", "$.a.b=1 expected, got no such member")]
    [InlineData("""{"a":null}""", """{}""", "$.a=null expected, got no such member")]
    [InlineData("""[1,2]""", """[1]""", "$ with 2 elements expected, got 1")]
    [InlineData("""[1,2]""", """[2,1]""", "$[0]=1 expected, got 2")]
    [InlineData("""{"a":[{"b":"x"}]}""", """{"a":[{"b":"y"}]}""", "$.a[0].b=\"x\" expected, got \"y\"")]
    [InlineData("1", "\"1\"", "$=1 expected, got \"1\"")]
    [InlineData("true", "false", "$=true expected, got false")]
    [InlineData("9007199254740993", "9007199254740992", "$=9007199254740993 expected, got 9007199254740992")]
    [InlineData("""{"password":"a"}""", """{"password":"b"}""", "$.password=*** expected, got ***")]
    public void FirstDifference_says_where_and_what(string expected, string actual, string difference) =>
        Assert.Equal(difference, Difference(expected, actual));

    private static string? Difference(string expected, string actual) =>
        JsonContainment.FirstDifference(JsonElement.Parse(expected), JsonElement.Parse(actual));
}
