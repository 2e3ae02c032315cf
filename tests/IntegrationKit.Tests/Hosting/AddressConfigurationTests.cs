using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit.Tests.Hosting;

public sealed class AddressConfigurationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Values_are_those_of_the_running_services()
    {
        var mock = new ExternalServiceMock();
        await using var infra = new TestInfrastructure().Register("own", new OwnService()).Register("payments", mock);
        await infra.StartAllAsync(Cancellation);

        using var configuration = (ConfigurationRoot)new ConfigurationBuilder().AddTestInfrastructure(infra).Build();

        Assert.Equal("own://own/1", configuration.GetConnectionString("own"));
        Assert.Equal("own://own/1", configuration["connectionstrings:OWN"]);
        Assert.Equal(mock.BaseAddress.AbsoluteUri.TrimEnd('/'), configuration["services:payments:http:0"]);
        Assert.Null(configuration.GetConnectionString("payments"));
        Assert.Null(configuration.GetConnectionString("absent"));
    }

    [Fact]
    public async Task Keys_are_listed_beside_those_of_other_sources()
    {
        await using var infra = new TestInfrastructure().Register("own", new OwnService()).Register("payments", new ExternalServiceMock());
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:legacy", "x"), new("ConnectionStrings:own", "overridden")])
            .AddTestInfrastructure(infra).Build();
        await infra.StartAllAsync(Cancellation);

        Assert.Equal(
            [("legacy", "x"), ("own", "own://own/1")],
            configuration.GetSection("ConnectionStrings").GetChildren().Select(each => (each.Key, each.Value)));
        Assert.Equal(["ConnectionStrings", "services"], configuration.GetChildren().Select(each => each.Key));
        Assert.Equal(
            new Dictionary<string, string> { ["legacy"] = "x", ["own"] = "own://own/1" }, configuration.GetSection("ConnectionStrings").Get<Dictionary<string, string>>());
        Assert.Contains(configuration.AsEnumerable(), each => each.Key == "services:payments:http:0" && each.Value!.StartsWith("http://127.0.0.1:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Values_follow_a_restart()
    {
        await using var infra = new TestInfrastructure().Register("own", new OwnService());
        var configuration = new ConfigurationBuilder().AddTestInfrastructure(infra).Build();
        await infra.StartAllAsync(Cancellation);
        Assert.Equal("own://own/1", configuration.GetConnectionString("own"));

        await infra.StopAllAsync(Cancellation);
        await infra.StartAllAsync(Cancellation);

        Assert.Equal("own://own/2", configuration.GetConnectionString("own"));
    }

    [Fact]
    public async Task A_value_that_is_read_while_its_service_does_not_run_is_an_error_even_where_earlier_sources_have_one()
    {
        await using var infra = new TestInfrastructure().Register("own", new OwnService()).Register("payments", new ExternalServiceMock());
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:own", "Host=production")]).AddTestInfrastructure(infra).Build();

        var early = Assert.Throws<InvalidOperationException>(() => configuration.GetConnectionString("own"));
        Assert.Equal("ConnectionString of service 'own' is known only while it runs, and it has not been started: call StartAllAsync first.", early.Message);
        Assert.Contains("BaseAddress of service 'payments'", Assert.Throws<InvalidOperationException>(() => configuration["services:payments:http:0"]).Message, StringComparison.Ordinal);
        await infra.StartAllAsync(Cancellation);
        await infra.StopAllAsync(Cancellation);

        Assert.Contains("Stopped", Assert.Throws<InvalidOperationException>(() => configuration.GetConnectionString("own")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_gives_its_address_too_early_is_an_error()
    {
        await using var infra = new TestInfrastructure().Register("careless", new CarelessService());
        var configuration = new ConfigurationBuilder().AddTestInfrastructure(infra).Build();

        Assert.Equal(
            "ConnectionStrings:careless is known only while service 'careless' runs, and it is Registered.",
            Assert.Throws<InvalidOperationException>(() => configuration.GetConnectionString("careless")).Message);
        await infra.StartAllAsync(Cancellation);

        Assert.Equal("careless://", configuration.GetConnectionString("careless"));
    }

    [Fact]
    public async Task A_base_address_stands_under_its_scheme()
    {
        await using var infra = new TestInfrastructure()
            .Register("safe", new CarelessService { BaseAddress = new Uri("https://127.0.0.1:4433/api/") })
            .Register("relative", new CarelessService { BaseAddress = new Uri("/api", UriKind.Relative) })
            .Register("none", new CarelessService());
        var configuration = new ConfigurationBuilder().AddTestInfrastructure(infra).Build();
        await infra.StartAllAsync(Cancellation);

        Assert.Equal("https://127.0.0.1:4433/api", configuration["services:safe:https:0"]);
        Assert.Null(configuration["services:safe:http:0"]);
        Assert.Throws<InvalidOperationException>(() => configuration["services:relative:http:0"]);
        Assert.Null(configuration["services:none:http:0"]);
    }

    [Fact]
    public async Task A_listing_shows_only_services_that_run()
    {
        await using var infra = new TestInfrastructure().Register("own", new OwnService()).Register("other", new OwnService());
        var configuration = new ConfigurationBuilder().AddTestInfrastructure(infra).Build();
        Assert.Empty(configuration.AsEnumerable());
        await infra.StartAsync("own", Cancellation);

        Assert.Equal("own", Assert.Single(configuration.GetSection("ConnectionStrings").GetChildren()).Key);
    }

    [Fact]
    public async Task A_value_that_was_set_by_hand_wins()
    {
        await using var infra = new TestInfrastructure().Register("own", new OwnService());
        var configuration = new ConfigurationBuilder().AddTestInfrastructure(infra).Build();

        configuration["ConnectionStrings:own"] = "mine";

        Assert.Equal("mine", configuration.GetConnectionString("own"));
    }

    [Fact]
    public async Task Names_that_differ_only_in_case_are_an_error()
    {
        await using var infra = new TestInfrastructure().Register("db", new OwnService()).Register("DB", new OwnService());
        var configuration = new ConfigurationBuilder().AddTestInfrastructure(infra).Build();

        var error = Assert.Throws<InvalidOperationException>(() => configuration.GetConnectionString("db"));

        Assert.Equal("The configuration key 'ConnectionStrings:db' belongs to 'db' and 'DB', since keys ignore case. Give the services different names.", error.Message);
    }

    [Fact]
    public async Task A_reload_notifies_change_tokens()
    {
        await using var infra = new TestInfrastructure().Register("own", new OwnService());
        var configuration = new ConfigurationBuilder().AddTestInfrastructure(infra).Build();
        var seen = new List<string?>();
        await infra.StartAllAsync(Cancellation);
        using var watch = ChangeToken.OnChange(configuration.GetReloadToken, () => seen.Add(configuration.GetConnectionString("own")));

        configuration.Reload();

        Assert.Equal(["own://own/1"], seen);
    }

    [Fact]
    public async Task Environment_variables_carry_what_runs()
    {
        var mock = new ExternalServiceMock();
        await using var infra = new TestInfrastructure().Register("own", new OwnService()).Register("payments", mock).Register("later", new OwnService());
        await infra.StartAsync("own", Cancellation);
        await infra.StartAsync("payments", Cancellation);

        var variables = infra.ToEnvironmentVariables();

        Assert.Equal(
            new Dictionary<string, string> { ["ConnectionStrings__own"] = "own://own/1", ["services__payments__http__0"] = mock.BaseAddress.AbsoluteUri.TrimEnd('/') },
            variables);
    }

    [Fact]
    public async Task An_address_that_a_running_service_does_not_have_is_no_variable()
    {
        await using var infra = new TestInfrastructure().Register("none", new CarelessService());
        await infra.StartAllAsync(Cancellation);

        Assert.Equal("ConnectionStrings__none", Assert.Single(infra.ToEnvironmentVariables()).Key);
    }

    [Fact]
    public void Environment_variables_before_the_start_are_an_error()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new TestInfrastructure().Register("own", new OwnService()).ToEnvironmentVariables());

        Assert.Equal("The addresses are known only while services run, and none is running: call StartAllAsync first.", error.Message);
    }

    [Theory]
    [InlineData("a=b")]
    [InlineData("a__b")]
    public async Task A_name_that_cannot_be_part_of_a_variable_is_an_error(string name)
    {
        await using var infra = new TestInfrastructure().Register(name, new OwnService());
        await infra.StartAllAsync(Cancellation);

        var error = Assert.Throws<InvalidOperationException>(infra.ToEnvironmentVariables);

        Assert.Equal($"The name of service '{name}' cannot be part of an environment variable's name: it must not contain '=' or '__', which separates sections.", error.Message);
    }

    [Fact]
    public async Task Connection_string_is_found_by_name()
    {
        await using var infra = new TestInfrastructure().Register("own", new OwnService()).Register("payments", new ExternalServiceMock());
        await infra.StartAllAsync(Cancellation);

        Assert.Equal("own://own/1", infra.GetConnectionString("own"));
        Assert.Equal(
            "There is no service 'payment'. Did you mean 'payments'? Registered: 'own' and 'payments'.",
            Assert.Throws<KeyNotFoundException>(() => infra.GetConnectionString("payment")).Message);
        Assert.Equal(
            "There is no service 'x'. Registered: none.", Assert.Throws<KeyNotFoundException>(() => new TestInfrastructure().GetConnectionString("x")).Message);
        Assert.Equal(
            "Service 'payments' is a ExternalServiceMock, which has no connection string.",
            Assert.Throws<InvalidOperationException>(() => infra.GetConnectionString("payments")).Message);
        await infra.StopAllAsync(Cancellation);
        Assert.Throws<InvalidOperationException>(() => infra.GetConnectionString("own"));
    }
}
