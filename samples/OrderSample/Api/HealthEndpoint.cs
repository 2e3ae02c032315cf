using Npgsql;
using StackExchange.Redis;

namespace OrderSample.Api;

/// <summary><c>GET /health</c>: healthy if the database and the cache answer.</summary>
internal static class HealthEndpoint
{
    public static void MapHealth(this IEndpointRouteBuilder app) =>
        app.MapGet("/health", async (NpgsqlDataSource database, IConnectionMultiplexer redis, CancellationToken cancellationToken) =>
        {
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            await redis.GetDatabase().PingAsync();
            return TypedResults.Ok(new { status = "healthy" });
        });
}
