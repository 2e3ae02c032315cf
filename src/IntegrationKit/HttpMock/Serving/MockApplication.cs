using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.HttpMock;

/// <summary>Answers requests from the stubs, and notes them in the journal before it does.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The token source has no timer and no wait handle, and late requests still read it.")]
internal sealed class MockApplication(
    string service, int unmatchedStatus, StubSet stubs, Journal journal, ILogger logger, TimeProvider time) : IHttpApplication<HttpContext>
{
    private volatile CancellationTokenSource _underWay = new();

    /// <summary>Gives up every answer that is delayed or being computed; their connections are dropped.</summary>
    public void AbandonAnswers()
    {
        var abandoned = Interlocked.Exchange(ref _underWay, new CancellationTokenSource());

        // Not Cancel: the caller would run what follows each wait.
        _ = abandoned.CancelAsync();
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var (request, isTooLarge) = await RequestReader.ReadAsync(context, time).ConfigureAwait(false);

        // The token is taken before the stubs are read: a reset in between is then seen by the token.
        var underWay = _underWay.Token;
        var definitions = stubs.Definitions;
        var match = isTooLarge ? null : FindMatch(definitions, request);
        if (match is { Stub.Answers: { } answers })
        {
            var matched = match.Request.Matched();
            journal.Add(matched);
            await AnswerAsync(context, new Exchange(matched, match.Stub, answers.Next()), underWay).ConfigureAwait(false);
        }
        else
        {
            await RefuseAsync(context, request, match?.Stub, definitions, isTooLarge).ConfigureAwait(false);
        }
    }

    private static Match? FindMatch(IReadOnlyList<StubDefinition> definitions, ReceivedRequest request)
    {
        Match? unanswered = null;
        foreach (var stub in definitions)
        {
            if (stub.TryMatch(request) is { } matched)
            {
                if (stub.Answers is not null)
                {
                    return new(stub, matched);
                }

                unanswered ??= new(stub, matched);
            }
        }

        return unanswered;
    }

    private async Task AnswerAsync(HttpContext context, Exchange exchange, CancellationToken underWay)
    {
        var (request, stub, answer) = exchange;
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, underWay);
        var token = cancellation.Token;
        try
        {
            var response = await answer(request, token).WaitAsync(token).ConfigureAwait(false)
                ?? throw new InvalidOperationException("The responder returned null.");
            if (stub.Delay + response.Delay is { Ticks: > 0 } delay)
            {
                await Task.Delay(delay, time, token).ConfigureAwait(false);
            }

            await ResponseWriter.WriteAsync(context, response, context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            context.Abort();
        }
#pragma warning disable CA1031 // Whatever the test's delegate throws is reported to the client and kept.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.ResponderThrew(logger, e, service, stub.ToString());
            journal.Add(new ResponderFailure(request, e));
            if (context.Response.HasStarted)
            {
                context.Abort();
            }
            else
            {
                await ResponseWriter.WriteMessageAsync(context, 500, Refusals.ResponderThrew(stub, e), context.RequestAborted).ConfigureAwait(false);
            }
        }
    }

    private async Task RefuseAsync(
        HttpContext context, ReceivedRequest request, StubDefinition? unanswered, IReadOnlyList<StubDefinition> definitions, bool isTooLarge)
    {
        int status;
        object message;
        if (isTooLarge)
        {
            journal.Add(request.Unmatched("body too large"));
            Log.BodyTooLarge(logger, service, request, RequestReader.LongestBody);
            (status, message) = (413, Refusals.BodyTooLarge());
        }
        else if (unanswered is not null)
        {
            journal.Add(request.Unmatched("stub has no answer"));
            Log.NoAnswer(logger, service, unanswered.ToString());
            (status, message) = (500, Refusals.NoAnswer(unanswered));
        }
        else
        {
            journal.Add(request.Unmatched("not mocked"));
            var nearest = NearestStub.Find(definitions, request);
            Log.NotMocked(logger, service, request, nearest ?? "none");
            (status, message) = (unmatchedStatus, Refusals.NotMocked(request, nearest, definitions));
        }

        await ResponseWriter.WriteMessageAsync(context, status, message, context.RequestAborted).ConfigureAwait(false);
    }

    private sealed record Match(StubDefinition Stub, ReceivedRequest Request);

    private readonly record struct Exchange(ReceivedRequest Request, StubDefinition Stub, Answer Answer);
}
