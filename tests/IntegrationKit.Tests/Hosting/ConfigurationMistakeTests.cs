using Microsoft.Extensions.Configuration;

namespace IntegrationKit.Tests.Hosting;

public sealed class ConfigurationMistakeTests
{
    [Theory]
    [InlineData("""{ "db": { "type": "postgress" } }""", "db:type is 'postgress', which is not a known type. Did you mean 'postgres'? Known: 'api', 'container', 'postgres' and 'redis'.")]
    [InlineData("""{ "db": { "type": "oracle" } }""", "db:type is 'oracle', which is not a known type. Known: 'api', 'container', 'postgres' and 'redis'.")]
    [InlineData("""{ "db": { "type": "" } }""", "db:type is '', which is not a known type. Known: 'api', 'container', 'postgres' and 'redis'.")]
    [InlineData("""{ "db": { "port": 5433 } }""", "db has no type. Known types: 'api', 'container', 'postgres' and 'redis'.")]
    [InlineData("""{ "db": { "type": ["postgres"] } }""", "db:type is an object or a list; it must be a single value.")]
    [InlineData("""{ "db": "postgres" }""", "db is a single value; a service is an object with a type. Known types: 'api', 'container', 'postgres' and 'redis'.")]
    [InlineData("""{ " ": { "type": "redis" } }""", "  has no name: the key of a service is its name.")]
    [InlineData("""{ "db": { "type": "postgres", "port": "abc" } }""", "db:port is 'abc'; it must be a whole number up to 2147483647.")]
    [InlineData("""{ "db": { "type": "postgres", "port": 54.33 } }""", "db:port is '54.33'; it must be a whole number up to 2147483647.")]
    [InlineData("""{ "db": { "type": "postgres", "port": "" } }""", "db:port is ''; it must be a whole number up to 2147483647.")]
    [InlineData("""{ "db": { "type": "postgres", "port": [1] } }""", "db:port is an object or a list; it must be a single value.")]
    [InlineData("""{ "db": { "type": "postgres", "memoryLimit": "64m" } }""", "db:memoryLimit is '64m'; it must be a whole number up to 9223372036854775807.")]
    [InlineData("""{ "db": { "type": "postgres", "durable": "yes" } }""", "db:durable is 'yes'; it must be true or false.")]
    [InlineData("""{ "db": { "type": "postgres", "startTimeout": 90 } }""", "db:startTimeout is '90'; it must be a duration as hours:minutes:seconds, such as 00:01:30.")]
    [InlineData("""{ "db": { "type": "postgres", "initScripts": "schema.sql" } }""", "db:initScripts must be a list.")]
    [InlineData("""{ "db": { "type": "postgres", "initScripts": { "a": "schema.sql" } } }""", "db:initScripts must be a list.")]
    [InlineData("""{ "db": { "type": "postgres", "settings": "jit=off" } }""", "db:settings must be an object of names and values.")]
    [InlineData("""{ "db": { "type": "postgres", "settings": ["jit=off"] } }""", "db:settings must be an object of names and values.")]
    [InlineData("""{ "db": { "type": "postgres", "settings": { "jit": ["off"] } } }""", "db:settings:jit is an object or a list; it must be a single value.")]
    [InlineData("""{ "app": { "type": "container", "image": "a", "ports": ["http"] } }""", "app:ports:0 is 'http'; it must be a port of the container such as 8080, or host:container such as 18080:8080.")]
    [InlineData("""{ "app": { "type": "container", "image": "a", "ports": ["8O80"], "readiness": { "tcp": 8080 } } }""", "app:ports:0 is '8O80'; it must be a port of the container such as 8080, or host:container such as 18080:8080.")]
    [InlineData("""{ "app": { "type": "container", "image": "a", "environment": ["A=B"] } }""", "app:environment must be an object of names and values.")]
    [InlineData("""{ "app": { "type": "container", "image": "a", "environment": "A=B" } }""", "app:environment must be an object of names and values.")]
    public void A_mistake_is_named_with_its_path_and_value(string json, string expected) => Assert.Equal([expected], Json.Mistakes(json));

    [Theory]
    [InlineData("""{ "cache": { "type": "redis", "prot": 6380 } }""", "cache:prot is not a setting of the type 'redis'. Did you mean 'port'? Known: 'dependsOn', 'image', 'labels', ")]
    [InlineData("""{ "cache": { "type": "redis", "colour": "red" } }""", "cache:colour is not a setting of the type 'redis'. Known: 'dependsOn', 'image', 'labels', ")]
    [InlineData("""{ "cache": { "type": "redis", "name": "x" } }""", "cache:name is not a setting of the type 'redis'. Known: 'dependsOn', 'image', 'labels', ")]
    public void A_key_that_nothing_reads_is_named_with_those_that_are_read(string json, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Json.Mistakes(json)), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "port": 8080 }""", "app:readiness:port is not a setting of a probe. Known: 'command', 'healthCheck', 'http', 'https', 'log' and 'tcp'.")]
    [InlineData("""{ "htpp": "/" }""", "app:readiness:htpp is not a setting of a probe. Did you mean 'http'? Known: 'command', 'healthCheck', 'http', 'https', 'log' and 'tcp'.")]
    [InlineData("""{ "http": "/", "prot": 8080 }""", "app:readiness:prot is not a setting of the probe 'http'. Did you mean 'port'? Known: 'command', 'healthCheck', 'http', 'https', 'log', 'port', 'status' and 'tcp'.")]
    [InlineData("""{ "http": "/", "tcp": 8080 }""", "app:readiness must be an object with one of 'command', 'healthCheck', 'http', 'https', 'log' and 'tcp'.")]
    [InlineData("\"http\"", "app:readiness must be an object with one of 'command', 'healthCheck', 'http', 'https', 'log' and 'tcp'.")]
    [InlineData("""{ "healthCheck": false }""", "app:readiness must be an object with one of 'command', 'healthCheck', 'http', 'https', 'log' and 'tcp'.")]
    [InlineData("""{ "tcp": "http" }""", "app:readiness:tcp is 'http'; it must be a whole number up to 2147483647.")]
    public void A_mistake_in_a_probe_is_named(string readiness, string expected) =>
        Assert.Equal([expected], Json.Mistakes($$"""{ "app": { "type": "container", "image": "a", "ports": [8080], "readiness": {{readiness}} } }"""));

    [Theory]
    [InlineData("""{ "log": "(" }""")]
    [InlineData("""{ "log": "a", "times": 0 }""")]
    [InlineData("""{ "command": "" }""")]
    public void A_probe_that_cannot_be_made_is_named_with_its_reason(string readiness) =>
        Assert.StartsWith("app:readiness: ", Assert.Single(Json.Mistakes($$"""{ "app": { "type": "container", "image": "a", "readiness": {{readiness}} } }""")), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "connectionString": "postgress" }""", "app:environment:DB:connectionString is 'postgress', which is not a registered service. Did you mean 'postgres'? Known: 'app', 'earlier', 'mock' and 'postgres'.")]
    [InlineData("""{ "connectionString": "elsewhere" }""", "app:environment:DB:connectionString is 'elsewhere', which is not a registered service. Known: 'app', 'earlier', 'mock' and 'postgres'.")]
    [InlineData("""{ "connectionString": "mock" }""", "app:environment:DB:connectionString refers to 'mock' (ExternalServiceMock), which has no connection string for other containers.")]
    [InlineData("""{ "conectionString": "postgres" }""", "app:environment:DB:conectionString is not a setting of a reference to another service. Did you mean 'connectionString'? Known: 'connectionString'.")]
    public void A_reference_to_what_is_not_there_is_named(string reference, string expected)
    {
        var infra = new TestInfrastructure().Register("earlier", new RedisService());

        Assert.Equal([expected], Json.Mistakes(
            $$"""{ "app": { "type": "container", "image": "a", "environment": { "DB": {{reference}} } }, "mock": { "type": "api" }, "postgres": { "type": "postgres" } }""", infra: infra));
    }

    [Fact]
    public void A_dependency_that_is_not_there_is_named() => Assert.Equal(
        ["app:dependsOn:1 is 'reddis', which is not a registered service. Did you mean 'redis'? Known: 'app' and 'redis'."],
        Json.Mistakes("""{ "app": { "type": "container", "image": "a", "dependsOn": ["redis", "reddis"] }, "redis": { "type": "redis" } }"""));

    [Fact]
    public void A_reference_to_a_service_with_a_mistake_is_not_reported() => Assert.Equal(
        ["db:type is 'sql', which is not a known type. Known: 'api', 'container', 'postgres' and 'redis'."],
        Json.Mistakes("""{ "app": { "type": "container", "image": "a", "dependsOn": ["db"], "environment": { "DB": { "connectionString": "db" } } }, "db": { "type": "sql" } }"""));

    [Fact]
    public void All_mistakes_are_reported_at_once_with_what_a_start_would_refuse()
    {
        var problems = Json.Mistakes("""
            { "a": { "type": "postgres", "port": "x", "databse": "y" }, "b": { "type": "oracle" }, "c": { "type": "redis", "port": 70000 },
              "d": { "type": "container" }, "e": { "type": "api", "dependsOn": ["f"] }, "f": { "type": "api", "dependsOn": ["e"], "maxRequests": 0 },
              "g": { "type": "postgres", "initScripts": ["no-such-file.sql"] } }
            """);

        Assert.Collection(
            problems,
            each => Assert.Equal("a:port is 'x'; it must be a whole number up to 2147483647.", each),
            each => Assert.StartsWith("a:databse is not a setting of the type 'postgres'. Did you mean 'database'?", each, StringComparison.Ordinal),
            each => Assert.StartsWith("b:type is 'oracle'", each, StringComparison.Ordinal),
            each => Assert.Equal("The services wait for each other in a circle: e -> f -> e.", each),
            each => Assert.Equal("Service 'c': Port is 70000; a port is from 1 to 65535.", each),
            each => Assert.Equal("Service 'd': Image is empty.", each),
            each => Assert.Equal("Service 'f': MaxRequests is 0; it must be at least 1.", each),
            each => Assert.Contains("no-such-file.sql", each, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_is_taken_is_a_mistake_and_those_of_others_are_not_repeated()
    {
        var infra = new TestInfrastructure().Register("db", new PostgresService()).Register("broken", new RedisService { Port = -1 });

        Assert.Equal(
            ["The name 'db' is registered 2 times (PostgresService, RedisService). A name is unique in an infrastructure."],
            Json.Mistakes("""{ "db": { "type": "redis" } }""", infra: infra));
    }

    [Fact]
    public void A_value_that_may_be_a_secret_is_not_shown()
    {
        var types = new ServiceTypes().Add("own", settings =>
        {
            settings.Get<int?>("apiToken");
            return new OwnService();
        });

        Assert.Equal(["x:apiToken is '***'; it must be a whole number up to 2147483647."], Json.Mistakes("""{ "x": { "type": "own", "apiToken": "hunter2" } }""", types));
    }

    [Fact]
    public void A_configuration_without_services_is_a_mistake()
    {
        Assert.Equal(["The configuration is empty; it must describe at least one service."], Json.Mistakes("{}"));
        var error = Assert.Throws<InfrastructureConfigurationException>(() =>
            new TestInfrastructure().RegisterFrom(Json.Read("""{ "services": { "a": { "type": "redis" } } }""").GetSection("test:servces")));
        Assert.Equal(["The configuration section 'test:servces' is missing or empty; it must describe at least one service."], error.Problems);
    }

    [Fact]
    public void A_path_begins_at_the_root()
    {
        var error = Assert.Throws<InfrastructureConfigurationException>(() =>
            new TestInfrastructure().RegisterFrom(Json.Read("""{ "test": { "services": { "a": { "type": "reddis" } } } }""").GetSection("test:services")));

        Assert.StartsWith("test:services:a:type is 'reddis'", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_with_mistakes_can_be_loaded_once_they_are_gone()
    {
        var infra = new TestInfrastructure();
        Json.Mistakes("""{ "a": { "type": "redis" }, "b": { "type": "rdis" } }""", infra: infra);

        infra.RegisterFrom(Json.Read("""{ "a": { "type": "redis" }, "b": { "type": "redis" } }"""));

        Assert.Equal(["a", "b"], infra.Services.Select(each => each.Name));
    }
}
