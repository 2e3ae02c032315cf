using System.Net;

namespace IntegrationKit.AspNetCore;

/// <summary>Asks the application at its address until it is ready.</summary>
internal sealed class AppReadiness(AppDescription app, StartContext start)
{
    /// <summary>What is asked, for messages.</summary>
    public string Question => $"GET {app.ReadyPath ?? "/"}";

    /// <summary>Which answer means ready, for messages.</summary>
    public string WantedStatus => app.ReadyPath is null ? "below 500" : "200 to 299";

    /// <summary>What the last try got; null before the first answer.</summary>
    public string? LastAnswer { get; private set; }

    /// <exception cref="ProgramEndedException">The application has stopped.</exception>
    /// <exception cref="ReadinessTimeoutException">The start's limit has passed.</exception>
    /// <exception cref="OperationCanceledException">The start was cancelled.</exception>
    public async Task WaitAsync(RunningApp running)
    {
        using var client = running.CreateBareClient();
        using var over = new CancellationTokenSource();
        try
        {
            var probe = Probe.Custom($"{Question} answers {WantedStatus}", (_, token) => CheckAsync(client, token));
            await start.WaitUntilReadyAsync(probe, running, FailWhenEndedAsync(running, over.Token)).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task FailWhenEndedAsync(RunningApp running, CancellationToken cancellationToken)
    {
        await running.Ending.WaitAsync(cancellationToken).ConfigureAwait(false);
        throw new ProgramEndedException();
    }

    private async Task CheckAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(app.ReadyPath ?? "/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (!IsReady(response.StatusCode))
            {
                var location = response.Headers.Location is { } to ? $" (to {to})" : "";
                throw new HttpRequestException(FormattableString.Invariant($"{(int)response.StatusCode} {response.ReasonPhrase}{location}"));
            }
        }
        catch (HttpRequestException e)
        {
            LastAnswer = e.GetBaseException().Message;
            throw;
        }
        catch (OperationCanceledException) when (start.PassedLimit is null)
        {
            LastAnswer = "none within the time of one try";
            throw;
        }
    }

    private bool IsReady(HttpStatusCode status) => app.ReadyPath is null
        ? status < HttpStatusCode.InternalServerError
        : status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices;
}
