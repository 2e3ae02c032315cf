namespace OrderSample.Orders;

/// <summary>The payment provider did not accept the charge.</summary>
public sealed class PaymentFailedException(string message) : Exception(message);
