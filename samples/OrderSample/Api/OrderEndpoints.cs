using Microsoft.AspNetCore.Http.HttpResults;
using OrderSample.Orders;

namespace OrderSample.Api;

/// <summary>Places and reads orders.</summary>
internal static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        app.MapPost("/orders", PlaceAsync);
        app.MapGet("/orders/{id:guid}", GetAsync);
    }

    private static async Task<Results<Created<Order>, ValidationProblem>> PlaceAsync(
        PlaceOrder request, OrderService orders, CancellationToken cancellationToken)
    {
        if (request.FindMistakes() is { Count: > 0 } mistakes)
        {
            return TypedResults.ValidationProblem(mistakes);
        }

        if (await orders.GetUserAsync(request.UserId!, cancellationToken) is null)
        {
            return TypedResults.ValidationProblem([new("userId", ["There is no such user."])]);
        }

        var order = await orders.CreateAsync(request.UserId!, request.ToItems(), cancellationToken);
        return TypedResults.Created($"/orders/{order.Id}", order);
    }

    private static async Task<Results<Ok<Order>, NotFound>> GetAsync(Guid id, OrderService orders, CancellationToken cancellationToken) =>
        await orders.GetAsync(id, cancellationToken) is { } order ? TypedResults.Ok(order) : TypedResults.NotFound();
}
