using System.Net;
using Polly;
using Polly.Retry;

namespace IntegrationKit.AspNetCore;

/// <summary>Asks the application at its address until it is ready: at once, then after pauses of 10 to 250 ms.</summary>
internal sealed class AppReadiness(AppDescription app, ServiceContext context)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);

    /// <summary>What the last try got; null before the first.</summary>
    public string? LastAnswer { get; private set; }

    /// <exception cref="ProgramEndedException">The application stopped.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task WaitAsync(RunningApp running, CancellationToken cancellationToken)
    {
        using var client = running.CreateBareClient();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, running.Stopping);
        try
        {
            await Pipeline().ExecuteAsync(token => TryAsync(client, token), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (running.Stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ProgramEndedException();
        }
    }

    private async ValueTask<bool> TryAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AttemptTimeout, context.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var response = await client.GetAsync(new Uri(app.ReadyPath ?? "/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            LastAnswer = $"{(int)response.StatusCode} {response.ReasonPhrase}{(response.Headers.Location is { } to ? $" (to {to})" : "")}";
            return IsReady(response.StatusCode);
        }
        catch (HttpRequestException e)
        {
            LastAnswer = e.InnerException?.Message ?? e.Message;
            return false;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            LastAnswer = $"no answer within {AttemptTimeout.TotalSeconds} s";
            return false;
        }
    }

    private bool IsReady(HttpStatusCode status) => app.ReadyPath is null
        ? status < HttpStatusCode.InternalServerError
        : status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices;

    private ResiliencePipeline<bool> Pipeline() => new ResiliencePipelineBuilder<bool> { TimeProvider = context.TimeProvider }
        .AddRetry(new RetryStrategyOptions<bool>
        {
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome is { Exception: null, Result: false }),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            MaxDelay = LongestPause,
        })
        .Build();
}
