using Npgsql;

// Ignores its arguments: of all that a test says, only environment variables arrive before Build.
var builder = WebApplication.CreateBuilder();
var orders = builder.Configuration.GetConnectionString("Orders") ?? throw new InvalidOperationException("ConnectionStrings:Orders is missing.");
var payments = builder.Configuration["Payments:BaseAddress"];
var bare = Environment.GetEnvironmentVariable("ConnectionStrings__Orders");
builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(orders));

var app = builder.Build();
app.MapGet("/settings", (IConfiguration configuration) => new
{
    orders,
    payments,
    bare,
    greeting = configuration["Greeting"],
    environment = app.Environment.EnvironmentName,
    name = app.Environment.ApplicationName,
    root = app.Environment.ContentRootPath,
});
app.MapGet("/database", async (NpgsqlDataSource database, CancellationToken cancellation) =>
{
    await using var query = database.CreateCommand("SELECT current_database()");
    return (string)(await query.ExecuteScalarAsync(cancellation))!;
});
app.Run("http://127.0.0.1:5999");

namespace NoArgsApp
{
    public sealed class EntryPoint;
}
