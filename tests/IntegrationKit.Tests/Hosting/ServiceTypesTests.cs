using Microsoft.Extensions.Configuration;

namespace IntegrationKit.Tests.Hosting;

public sealed class ServiceTypesTests
{
    [Fact]
    public void Names_are_those_of_the_library_and_those_that_were_added()
    {
        Assert.Equal(["api", "container", "postgres", "redis"], new ServiceTypes().Names);
        Assert.Equal(["api", "container", "kafka", "postgres", "redis"], new ServiceTypes().Add<OwnService>("kafka").Names);
    }

    [Fact]
    public void A_type_of_ones_own_is_bound_by_its_properties()
    {
        var own = Json.Load(
            """{ "x": { "type": "own", "topic": "orders", "speed": "fast", "ratio": 0.25, "upstream": "http://127.0.0.1:1/", "limit": 5, "startTimeout": "00:00:05" } }""",
            new ServiceTypes().Add<OwnService>("own")).Get<OwnService>("x");

        Assert.Equal(("orders", Speed.Fast, 0.25, 5L), (own.Topic, own.Speed, own.Ratio, own.Limit));
        Assert.Equal((new Uri("http://127.0.0.1:1/"), TimeSpan.FromSeconds(5)), (own.Upstream, own.StartTimeout));
    }

    [Fact]
    public void A_type_of_ones_own_is_made_from_what_it_reads()
    {
        var types = new ServiceTypes().Add("own", settings =>
        {
            Assert.Equal(("x", "x", "OWN"), (settings.Name, settings.Path, settings.Type));
            Assert.Equal(["a", "b"], settings.Get<IReadOnlyList<string>>("names")!);
            Assert.Equal("v", settings.GetSection("shape")["k"]);
            Assert.Null(settings.Get<int?>("absent"));
            return settings.Bind(new OwnService { Topic = settings.Get<string>("prefix") + ".orders", Limit = 7 });
        });

        var own = Json.Load("""{ "x": { "type": "OWN", "prefix": "test", "names": ["a", "b"], "shape": { "k": "v" } } }""", types).Get<OwnService>("x");

        Assert.Equal(("test.orders", 7), (own.Topic, own.Limit));
    }

    [Theory]
    [InlineData("speed", "\"slowly\"", "x:speed is 'slowly'; it must be one of 'Slow' and 'Fast'.")]
    [InlineData("speed", "7", "x:speed is '7'; it must be one of 'Slow' and 'Fast'.")]
    [InlineData("ratio", "\"half\"", "x:ratio is 'half'; it must be a value of the type Double.")]
    [InlineData("limit", "-1", "x:limit: A limit is not negative. (Parameter 'value')")]
    [InlineData("topik", "\"orders\"", "x:topik is not a setting of the type 'own'. Did you mean 'topic'? Known: 'dependsOn', 'limit', 'ratio', 'speed', 'startTimeout', 'topic', 'type' and 'upstream'.")]
    public void A_mistake_in_a_type_of_ones_own_is_named(string key, string value, string expected) =>
        Assert.Equal([expected], Json.Mistakes($$"""{ "x": { "type": "own", "{{key}}": {{value}} } }""", new ServiceTypes().Add<OwnService>("own")));

    [Fact]
    public void A_type_that_fails_to_make_its_service_is_named_with_the_reason()
    {
        var types = new ServiceTypes()
            .Add("throws", settings => throw new FormatException("topic is missing."))
            .Add("nothing", settings => null!)
            .Add("odd", settings => new OwnService { Topic = settings.Get<object>("topic")?.ToString() });

        Assert.Equal(
            [
                "a: the type 'throws' could not create the service: topic is missing.",
                "b: the type 'nothing' returned null instead of a service.",
                "c: the type 'odd' could not create the service: Values of the type Object cannot be read from a configuration. Use GetSection. (Parameter 'key')",
            ],
            Json.Mistakes("""{ "a": { "type": "throws" }, "b": { "type": "nothing" }, "c": { "type": "odd", "topic": "x" } }""", types));
    }

    [Fact]
    public void A_type_that_returns_one_object_twice_is_a_mistake()
    {
        var one = new OwnService();

        var problem = Assert.Single(Json.Mistakes("""{ "a": { "type": "one" }, "b": { "type": "one" } }""", new ServiceTypes().Add("one", _ => one)));

        Assert.Contains("A service object belongs to one infrastructure, once", problem, StringComparison.Ordinal);
        Assert.Equal(nameof(OwnService), one.Name);
    }

    [Fact]
    public void A_type_name_that_is_taken_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new ServiceTypes().Add<OwnService>("Postgres"));

        Assert.StartsWith("There is already a type 'Postgres'. Known: 'api', 'container', 'postgres' and 'redis'.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ServiceTypes().Add<OwnService>(" "));
    }
}
