using IntegrationKit.HttpMock;

namespace IntegrationKit.Tests.HttpMock;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("Authorization", true)]
    [InlineData("Proxy-Authorization", true)]
    [InlineData("Set-Cookie", true)]
    [InlineData("X-Api-Key", true)]
    [InlineData("apikey", true)]
    [InlineData("api_key", true)]
    [InlineData("X-CSRF-Token", true)]
    [InlineData("client_secret", true)]
    [InlineData("X-Amz-Signature", true)]
    [InlineData("author", false)]
    [InlineData("X-Request-Id", false)]
    public void IsSecret_knows_the_usual_names(string name, bool isSecret) => Assert.Equal(isSecret, Redaction.IsSecret(name));

    [Theory]
    [InlineData("""{"a":1,"password":"x\"y","b":2}""", """{"a":1,"password":"***","b":2}""")]
    [InlineData("""{"Token" : 123, "author":"me"}""", """{"Token" : "***", "author":"me"}""")]
    [InlineData("{\"password\":\"not closed", "{\"password\":\"***\"")]
    [InlineData("user=u&password=p%20q&x=1", "user=u&password=***&x=1")]
    [InlineData("{\n  \"a\": 1\r\n}", "{ \"a\": 1 }")]
    [InlineData("\0\u0001ab", "(4 characters of binary data)")]
    public void Body_hides_secrets_and_is_one_line(string body, string expected) => Assert.Equal(expected, Redaction.Body(body));

    [Fact]
    public void Body_is_cut_and_says_its_length()
    {
        var text = Redaction.Body(new string('a', 100_000));

        Assert.Equal(new string('a', 160) + "… (100000 characters)", text);
    }

    [Fact]
    public void Body_hides_a_secret_that_goes_beyond_what_is_shown() =>
        Assert.Equal("{\"token\":\"***\"… (50012 characters)", Redaction.Body($"{{\"token\":\"{new string('s', 50_000)}\"}}"));
}
