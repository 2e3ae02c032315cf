using OrderSample.Orders;

namespace OrderSample.Api;

/// <summary>The body of <c>POST /orders</c>. Anything may be missing.</summary>
internal sealed record PlaceOrder(string? UserId, IReadOnlyList<PlaceOrder.Item?>? Items)
{
    private const int MaxItems = 100;
    private const int MaxLength = 200;
    private const int MaxQuantity = 1_000;
    private const decimal MaxPrice = 10_000m;

    /// <summary>What is wrong with it, by member.</summary>
    public IReadOnlyList<KeyValuePair<string, string[]>> FindMistakes() =>
    [
        .. When(!IsText(UserId), "userId", $"A user is named by 1 to {MaxLength} characters."),
        .. When(Items is not { Count: > 0 and <= MaxItems }, "items", $"An order has 1 to {MaxItems} items."),
        .. (Items ?? []).Take(MaxItems).SelectMany(FindMistakes),
    ];

    /// <summary>The items of an order without mistakes.</summary>
    public IReadOnlyList<OrderItem> ToItems() => [.. Items!.Select(item => new OrderItem(item!.Name!, item.Price, item.Quantity))];

    private static IEnumerable<KeyValuePair<string, string[]>> FindMistakes(Item? item, int index) => item is null
        ? [new($"items[{index}]", ["The item is missing."])]
        :
        [
            .. When(!IsText(item.Name), $"items[{index}].name", $"A name has 1 to {MaxLength} characters."),
            .. When(item.Price is <= 0 or > MaxPrice || decimal.Round(item.Price, 2) != item.Price, $"items[{index}].price", $"A price is from 0.01 to {MaxPrice}, in whole cents."),
            .. When(item.Quantity is < 1 or > MaxQuantity, $"items[{index}].quantity", $"A quantity is from 1 to {MaxQuantity}."),
        ];

    private static IEnumerable<KeyValuePair<string, string[]>> When(bool mistaken, string member, string message) =>
        mistaken ? [new(member, [message])] : [];

    // PostgreSQL cannot store a zero character, and no name has a line feed.
    private static bool IsText(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= MaxLength && !text.Any(char.IsControl);

    /// <summary>A line of the order.</summary>
    internal sealed record Item(string? Name, decimal Price, int Quantity);
}
