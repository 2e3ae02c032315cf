using IntegrationKit.Diagnostics;

namespace IntegrationKit.Tests.Diagnostics;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("login as app:s3cr'et\"pw\\x", "login as app:***")]
    [InlineData("postgres://app:s3cr%27et%22pw%5Cx@host", "postgres://app:***@host")]
    [InlineData("Password='s3cr''et\"pw\\x'", "Password='***'")]
    [InlineData("{\"password\":\"s3cr'et\\\"pw\\\\x\"}", "{\"password\":\"***\"}")]
    [InlineData("{\"password\":\"s3cr\\u0027et\\u0022pw\\\\x\"}", "{\"password\":\"***\"}")]
    public void Redact_finds_every_way_in_which_a_secret_is_written(string text, string expected) => Assert.Equal(expected, Of("s3cr'et\"pw\\x").Redact(text));

    [Fact]
    public void Redact_finds_what_a_line_end_has_cut() =>
        Assert.Equal(
            "PASSWORD '***\nhunt\nx hunter2-an y\n***\r\n***\r\n***",
            Of("hunter2-and-more").Redact("PASSWORD 'hunter2-and\nhunt\nx hunter2-an y\nhunter2-and-more\r\nhunter2-\r\nhunter2-a"));

    [Fact]
    public void Redact_finds_each_line_of_a_long_secret() =>
        Assert.Equal("read *** and ***\n{", Of("{\nMIIEvQIBADANBgkqhk\nG9w0BAQEFAASCBKcwg\n}").Redact("read MIIEvQIBADANBgkqhk and G9w0BAQEFAASCBKcwg\n{"));

    [Fact]
    public void Redact_leaves_no_rest_of_a_secret_that_contains_another() =>
        Assert.Equal("*** and ***", Of("hunter2", "hunter2-and-more").Redact("hunter2-and-more and hunter2"));

    [Fact]
    public void Redact_leaves_other_text_alone()
    {
        const string Text = "hunt";

        Assert.Same(Text, Of("", "hunter2-and-more", "hun").Redact(Text));
    }

    [Theory]
    [InlineData("POSTGRES_PASSWORD={0}", "POSTGRES_PASSWORD=***")]
    [InlineData("Username={0};Password={0};Database={0}", "Username={0};Password=***;Database={0}")]
    [InlineData("User={0};Pwd = '{0}'", "User={0};Pwd = '***'")]
    [InlineData("{{\"user\": \"{0}\", \"password\": \"{0}\"}}", "{{\"user\": \"{0}\", \"password\": \"***\"}}")]
    [InlineData("{{\\\"apiKey\\\":\\\"{0}\\\"}}", "{{\\\"apiKey\\\":\\\"***\\\"}}")]
    [InlineData("CREATE ROLE {0} PASSWORD '{0}'", "CREATE ROLE {0} PASSWORD '***'")]
    [InlineData("CREATE USER '{0}' IDENTIFIED BY '{0}'", "CREATE USER '{0}' IDENTIFIED BY '***'")]
    [InlineData("redis-server --requirepass {0} --dir {0}", "redis-server --requirepass *** --dir {0}")]
    [InlineData("[\"redis-server\",\"--requirepass\",\"{0}\"]", "[\"redis-server\",\"--requirepass\",\"***\"]")]
    [InlineData("redis-cli -a {0} PING", "redis-cli -a *** PING")]
    [InlineData("AUTH {0} {0}", "AUTH *** ***")]
    [InlineData("redis://:{0}@{0}:6379", "redis://:***@{0}:6379")]
    [InlineData("amqp://{0}:{0}@{0}/{0}", "amqp://{0}:***@{0}/{0}")]
    [InlineData("<user>{0}</user><password>{0}</password>", "<user>{0}</user><password>***</password>")]
    [InlineData("the password is '{0}', the user '{0}'", "the password is '***', the user '{0}'")]
    [InlineData("my {0} server: /{0}, {0}:15, x{0} '{0}'", "my {0} server: /{0}, {0}:15, x{0} '{0}'")]
    [InlineData("password={0}1 PASSWORD_NAME={0} PASSWORD_MIN_LENGTH={0}", "password={0}1 PASSWORD_NAME={0} PASSWORD_MIN_LENGTH={0}")]
    public void Redact_finds_a_short_or_ordinary_secret_only_where_it_is_a_value(string text, string expected)
    {
        // Short; of the library's own list; the name of a service, and a part of it, in another case.
        foreach (var secret in new[] { "abc", "postgres", "Orders", "orders-db" })
        {
            var redactor = Of(secret);
            redactor.AddWord("orders-db");

            Assert.Equal(Format(expected, secret), redactor.Redact(Format(text, secret)));
        }
    }

    [Fact]
    public void AddWord_counts_for_secrets_that_are_known_already()
    {
        var redactor = Of("orders", "hunter2");
        Assert.Equal("*** and ***", redactor.Redact("orders and hunter2"));

        redactor.AddWord("the-orders");

        Assert.Equal("orders and ***", redactor.Redact("orders and hunter2"));
    }

    [Fact]
    public void AddAll_takes_secrets_and_words_over()
    {
        var (first, second) = (Of("orders", "hunter2"), Of("swordfish"));
        first.AddWord("orders");

        second.AddAll(first);

        Assert.Equal("orders *** *** PASSWORD=***", second.Redact("orders hunter2 swordfish PASSWORD=orders"));
    }

    [Fact]
    public async Task Secrets_are_hidden_while_others_are_added()
    {
        var redactor = Of("hunter2");
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            do
            {
                Assert.Equal("PASSWORD=***", redactor.Redact("PASSWORD=hunter2"));
            }
            while (!done.IsCancellationRequested);
        }, TestContext.Current.CancellationToken);

        Parallel.For(0, 200, i => redactor.Add($"secret-{i:D4}"));
        redactor.AddWord("hunter2");
        await done.CancelAsync();
        await reader;

        Assert.Equal("***", redactor.Redact("secret-0123"));
    }

    [Theory]
    [InlineData("API_KEY", "hunter22", "hunter22", "***")]
    [InlineData("Orders:ApiKey", "hunter22", "hunter22", "***")]
    [InlineData("Orders", "Host=db;Username=app;Password=hunter22;Timeout=3", "Host=db;Username=app;Password=hunter22;Timeout=3", "Host=db;Username=app;Password=***;Timeout=3")]
    [InlineData("Orders", "Host=db;Pwd = \"hunt,;\"\"er22\"", "login with hunt,;\"er22", "login with ***")]
    [InlineData("Cache", "db:6379,password=hunter;22,ssl=true", "login with hunter;22", "login with ***")]
    [InlineData("Storage", "AccountName=devstore;AccountKey=hunter22==", "key hunter22== of devstore", "key *** of devstore")]
    [InlineData("BROKER_URL", "amqp://app:hunt%40er22@db:5672/", "hunt%40er22 and hunt@er22 at db:5672", "*** and *** at db:5672")]
    [InlineData("ConnectionStrings:Orders", "Host=db;Password=hunter22", "connects to Host=db;Password=hunter22", "connects to Host=db;Password=***")]
    [InlineData("ConnectionStrings:Cache", "127.0.0.1:6379", "connects to 127.0.0.1:6379", "connects to 127.0.0.1:6379")]
    [InlineData("PASSWORD_FILE", "/run/secrets/db", "no file /run/secrets/db", "no file /run/secrets/db")]
    [InlineData("ALLOW_EMPTY_PASSWORD", "true", "ALLOW_EMPTY_PASSWORD=true", "ALLOW_EMPTY_PASSWORD=true")]
    [InlineData("Feature", "enabled by default", "enabled by default", "enabled by default")]
    public void AddFromSetting_finds_what_is_secret_in_it(string name, string value, string text, string expected)
    {
        var redactor = new Redactor();

        redactor.AddFromSetting(name, value);

        Assert.Equal(expected, redactor.Redact(text));
    }

    [Theory]
    [InlineData("POSTGRES_PASSWORD", true)]
    [InlineData("AWS_SECRET_ACCESS_KEY", true)]
    [InlineData("api_key", true)]
    [InlineData("Orders:Api-Key", true)]
    [InlineData("GithubToken", true)]
    [InlineData("ConnectionStrings__Db", true)]
    [InlineData("RABBITMQ_DEFAULT_PASS", true)]
    [InlineData("SmtpPass", true)]
    [InlineData("DB_PWD", true)]
    [InlineData("REDISCLI_AUTH", true)]
    [InlineData("SECRET_ID", true)]
    [InlineData("API_TOKENS", true)]
    [InlineData("MAX_PASSWORD", true)]
    [InlineData("PATH", false)]
    [InlineData("PWD", false)]
    [InlineData("MONKEY", false)]
    [InlineData("COMPASS", false)]
    [InlineData("POSTGRES_HOST_AUTH_METHOD", false)]
    [InlineData("PASSWORD_MIN_LENGTH", false)]
    [InlineData("PasswordMinLength", false)]
    [InlineData("Identity:Password:RequiredLength", false)]
    [InlineData("PASSWORD_FILE", false)]
    [InlineData("TOKEN_EXPIRY", false)]
    [InlineData("tokenLifetime", false)]
    [InlineData("SECRET_NAME", false)]
    [InlineData("PASSWORD_ENCRYPTION", false)]
    [InlineData("TOKEN_URL", false)]
    [InlineData("MAX_TOKENS", false)]
    [InlineData("Llm:MaxOutputTokens", false)]
    public void IsNameOfSecret_judges_by_the_words_in_it(string name, bool expected) => Assert.Equal(expected, Redactor.IsNameOfSecret(name));

    private static string Format(string text, string secret) => string.Format(System.Globalization.CultureInfo.InvariantCulture, text, secret);

    private static Redactor Of(params string[] values)
    {
        var redactor = new Redactor();
        Array.ForEach(values, redactor.Add);
        return redactor;
    }
}
