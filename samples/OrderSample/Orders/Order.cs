namespace OrderSample.Orders;

/// <summary>A line of an order.</summary>
public sealed record OrderItem(string Name, decimal Price, int Quantity);

/// <summary>An order that was paid for.</summary>
public sealed record Order(Guid Id, string UserId, decimal Total, string Status, string PaymentId, IReadOnlyList<OrderItem> Items);

/// <summary>Who orders.</summary>
public sealed record User(string Id, string Name, string Email);
