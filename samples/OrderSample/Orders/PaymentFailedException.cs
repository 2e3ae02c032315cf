namespace OrderSample.Orders;

/// <summary>The payment provider refused the charge.</summary>
public sealed class PaymentFailedException(string message) : Exception(message);

/// <summary>The payment provider could not be reached, or its answer was not valid.</summary>
public sealed class PaymentUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The payment provider did not answer in time. It is unknown whether it charged.</summary>
public sealed class PaymentTimeoutException(string message, Exception? inner = null) : Exception(message, inner);
