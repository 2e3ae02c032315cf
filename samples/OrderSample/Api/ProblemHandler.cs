using Microsoft.AspNetCore.Diagnostics;
using OrderSample.Orders;

namespace OrderSample.Api;

/// <summary>Answers with problem details where the cause of a failure is not this application.</summary>
internal sealed class ProblemHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        int? status = exception switch
        {
            BadHttpRequestException e => e.StatusCode,
            PaymentFailedException => StatusCodes.Status402PaymentRequired,
            PaymentUnavailableException => StatusCodes.Status502BadGateway,
            PaymentTimeoutException => StatusCodes.Status504GatewayTimeout,
            _ => null,
        };
        if (status is null)
        {
            return false;
        }

        httpContext.Response.StatusCode = status.Value;
        return await problems.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = { Detail = exception.Message } });
    }
}
