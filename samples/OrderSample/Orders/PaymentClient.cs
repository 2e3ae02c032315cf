using System.Net.Http.Json;

namespace OrderSample.Orders;

/// <summary>The payment provider's HTTP API.</summary>
internal sealed class PaymentClient(HttpClient http)
{
    /// <summary>Charges a user and returns the payment's id.</summary>
    /// <exception cref="PaymentFailedException">The provider refused.</exception>
    public async Task<string> ChargeAsync(string userId, decimal amount, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync("payments", new { userId, amount }, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new PaymentFailedException($"Payment failed: the provider answered {(int)response.StatusCode}.");
        }

        var payment = await response.Content.ReadFromJsonAsync<Payment>(cancellationToken);
        return payment?.PaymentId ?? throw new PaymentFailedException("Payment failed: the provider's answer has no payment id.");
    }

    private sealed record Payment(string PaymentId);
}
