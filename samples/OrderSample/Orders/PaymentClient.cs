using System.Net;
using System.Text.Json;

namespace OrderSample.Orders;

/// <summary>The payment provider's HTTP API.</summary>
public sealed class PaymentClient(HttpClient http, PaymentOptions? options = null, TimeProvider? time = null)
{
    private readonly PaymentOptions _options = options ?? new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Charges a user and returns the payment's id. Errors that may be temporary are retried.</summary>
    /// <param name="userId">Who pays.</param>
    /// <param name="amount">How much.</param>
    /// <param name="idempotencyKey">The same in each attempt, so that the provider charges only once.</param>
    /// <param name="cancellationToken">Cancels the charge.</param>
    /// <exception cref="PaymentFailedException">The provider refused.</exception>
    /// <exception cref="PaymentUnavailableException">No attempt got a valid answer.</exception>
    /// <exception cref="PaymentTimeoutException">There was no answer within <see cref="PaymentOptions.Timeout"/>.</exception>
    public async Task<string> ChargeAsync(string userId, decimal amount, string idempotencyKey, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await TryAsync(userId, amount, idempotencyKey, either.Token);
                }
                catch (HttpRequestException e) when (attempt >= _options.Attempts || !IsTransient(e))
                {
                    throw new PaymentUnavailableException("Payment failed: the payment provider could not be reached, or answered with an error.", e);
                }
                catch (HttpRequestException)
                {
                    await Task.Delay(_options.Pause * Math.Pow(2, attempt - 1), _time, either.Token);
                }
            }
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PaymentTimeoutException("Payment failed: the payment provider did not answer in time.", e);
        }
    }

    // Without a status the connection failed.
    private static bool IsTransient(HttpRequestException error) =>
        error.StatusCode is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    private async Task<string> TryAsync(string userId, decimal amount, string idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "payments")
        {
            Content = JsonContent.Create(new { userId, amount }),
            Headers = { { "Idempotency-Key", idempotencyKey } },
        };
        using var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.PaymentRequired)
        {
            throw new PaymentFailedException("Payment failed: the payment provider refused it.");
        }

        response.EnsureSuccessStatusCode();
        try
        {
            var payment = await response.Content.ReadFromJsonAsync<Payment>(cancellationToken);
            return payment?.PaymentId ?? throw new PaymentUnavailableException("Payment failed: the payment provider's answer has no payment id.");
        }
        catch (JsonException e)
        {
            throw new PaymentUnavailableException("Payment failed: the payment provider's answer is not JSON.", e);
        }
    }

    private sealed record Payment(string? PaymentId);
}
