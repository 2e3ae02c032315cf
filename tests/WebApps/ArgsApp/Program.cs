using ArgsApp;
using Npgsql;

var builder = WebApplication.CreateBuilder(args);

// Read before Build, as many programs do.
var orders = builder.Configuration.GetConnectionString("Orders") ?? throw new InvalidOperationException("ConnectionStrings:Orders is missing.");
var payments = builder.Configuration["Payments:BaseAddress"] ?? throw new InvalidOperationException("Payments:BaseAddress is missing.");
builder.WebHost.UseUrls("http://127.0.0.1:5999");
builder.Services.AddSingleton<IGreeting, Greeting>();
builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(orders));
builder.Services.AddHttpClient("payments", client => client.BaseAddress = new Uri(payments));

var app = builder.Build();
app.Logger.LogInformation("Payments are at {Payments}", payments);
app.MapGet("/health", () => "healthy");
app.MapGet("/settings", (IConfiguration configuration) => new
{
    orders,
    payments,
    late = configuration["Payments:BaseAddress"],
    greeting = configuration["Greeting"],
    environment = app.Environment.EnvironmentName,
    name = app.Environment.ApplicationName,
    root = app.Environment.ContentRootPath,
});
app.MapGet("/setting/{key}", (string key, IConfiguration configuration) => configuration[key] ?? "");
app.MapGet("/greeting", (IGreeting greeting) => greeting.Text);
app.MapGet("/moved", () => Results.Redirect("/greeting"));
app.MapGet("/count", (HttpContext context) =>
{
    var count = int.Parse(context.Request.Cookies["count"] ?? "0") + 1;
    context.Response.Cookies.Append("count", $"{count}");
    return count;
});
app.MapPost("/orders/{name}", async (string name, NpgsqlDataSource database, IHttpClientFactory clients, CancellationToken cancellation) =>
{
    using var client = clients.CreateClient("payments");
    using var paid = await client.PostAsJsonAsync("payments", new { name }, cancellation);
    paid.EnsureSuccessStatusCode();
    await using var insert = database.CreateCommand("INSERT INTO orders (name) VALUES ($1)");
    insert.Parameters.AddWithValue(name);
    await insert.ExecuteNonQueryAsync(cancellation);
});
app.MapGet("/orders", async (NpgsqlDataSource database, CancellationToken cancellation) =>
{
    await using var count = database.CreateCommand("SELECT string_agg(name, ',') FROM orders");
    return await count.ExecuteScalarAsync(cancellation) as string ?? "";
});
app.Run();
