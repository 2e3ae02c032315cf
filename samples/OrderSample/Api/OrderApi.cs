using Npgsql;
using OrderSample.Orders;
using StackExchange.Redis;

namespace OrderSample.Api;

/// <summary>The order service as a web application.</summary>
internal static class OrderApi
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        AddServices(builder.Services, builder.Configuration);

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapOrders();
        app.MapHealth();
        await app.RunAsync();
        return 0;
    }

    private static void AddServices(IServiceCollection services, ConfigurationManager configuration)
    {
        var orders = Required(configuration, "ConnectionStrings:Orders");
        var redis = Required(configuration, "ConnectionStrings:Redis");
        var payments = new Uri(Required(configuration, "Payments:BaseAddress").TrimEnd('/') + "/");

        services.AddSingleton(_ => NpgsqlDataSource.Create(orders));
        services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(redis));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(configuration.GetSection("Payments").Get<PaymentOptions>() ?? new());
        services.AddHttpClient<PaymentClient>(client =>
        {
            client.BaseAddress = payments;
            client.Timeout = Timeout.InfiniteTimeSpan; // PaymentOptions.Timeout is the limit.
        });
        services.AddTransient<OrderService>();

        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemHandler>();

        // ProblemHandler also answers a body that is not JSON, in every environment.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    private static string Required(ConfigurationManager configuration, string key) =>
        configuration[key] ?? throw new InvalidOperationException($"The setting {key} is missing.");
}
