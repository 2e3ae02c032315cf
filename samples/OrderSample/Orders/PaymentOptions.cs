namespace OrderSample.Orders;

/// <summary>Time-out and retries for calls of the payment provider.</summary>
public sealed record PaymentOptions
{
    /// <summary>How long a charge may take, all of its attempts included. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many times a charge is attempted at most. Default 3.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The pause before the second attempt; each further one is twice as long. Default 100 ms.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(100);
}
