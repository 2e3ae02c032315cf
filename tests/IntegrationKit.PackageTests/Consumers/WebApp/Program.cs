using IntegrationKit;

var redis = new RedisService();
var app = new WebAppService<App.EntryPoint> { Settings = { ["Redis"] = ServiceReference.To(redis, each => each.ConnectionString) } };
await using var infra = new TestInfrastructure().Register("redis", redis).Register("app", app);
await infra.StartAllAsync();

using var http = app.CreateClient();
Console.WriteLine(await http.GetStringAsync(new Uri("redis", UriKind.Relative)) == redis.ConnectionString ? "the application was told" : "the application was not told");
