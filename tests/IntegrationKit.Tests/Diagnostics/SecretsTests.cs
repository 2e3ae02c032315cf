namespace IntegrationKit.Tests.Diagnostics;

public sealed class SecretsTests
{
    [Theory]
    [InlineData("login as app:s3cr'et\"pw\\x", "login as app:***")]
    [InlineData("postgres://app:s3cr%27et%22pw%5Cx@host", "postgres://app:***@host")]
    [InlineData("Password='s3cr''et\"pw\\x'", "Password='***'")]
    [InlineData("{\"password\":\"s3cr'et\\\"pw\\\\x\"}", "{\"password\":\"***\"}")]
    public void Redact_finds_every_way_in_which_a_secret_is_written(string text, string expected) => Assert.Equal(expected, Of("s3cr'et\"pw\\x").Redact(text));

    [Fact]
    public void Redact_finds_what_a_line_end_has_cut() =>
        Assert.Equal(
            "PASSWORD '***\nhunt\nx hunter2-an y\n***\r\n",
            Of("hunter2-and-more").Redact("PASSWORD 'hunter2-and\nhunt\nx hunter2-an y\nhunter2-and-more\r\n"));

    [Fact]
    public void Redact_leaves_other_text_alone() => Assert.Equal("hunt", Of("", "hunter2-and-more").Redact("hunt"));

    [Theory]
    [InlineData("POSTGRES_PASSWORD", true)]
    [InlineData("AWS_SECRET_ACCESS_KEY", true)]
    [InlineData("api_key", true)]
    [InlineData("GithubToken", true)]
    [InlineData("ConnectionStrings__Db", true)]
    [InlineData("PATH", false)]
    [InlineData("MONKEY", false)]
    public void IsNameOfSecret_judges_by_the_words_in_it(string name, bool expected) => Assert.Equal(expected, Secrets.IsNameOfSecret(name));

    private static Secrets Of(params string[] values)
    {
        var secrets = new Secrets();
        Array.ForEach(values, secrets.Add);
        return secrets;
    }
}
