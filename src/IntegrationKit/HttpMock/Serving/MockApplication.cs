using System.Diagnostics.CodeAnalysis;
using IntegrationKit.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.HttpMock;

/// <summary>Adds each request to the journal, then answers it from the stubs.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The token source has no timer and no wait handle, and late requests still read it.")]
internal sealed class MockApplication(
    string service, int unmatchedStatus, StubSet stubs, Journal journal, ILogger logger, TimeProvider time) : IHttpApplication<HttpContext>
{
    /// <summary>How long a responder that ignores its token may still take after a reset: most return at once.</summary>
    private static readonly TimeSpan CancellationLimit = TimeSpan.FromSeconds(1);

    private volatile CancellationTokenSource _underWay = new();

    /// <summary>Cancels every answer that is delayed or being computed; their connections are dropped.</summary>
    public void CancelAnswers()
    {
        var cancelled = Interlocked.Exchange(ref _underWay, new CancellationTokenSource());

        // Not Cancel: the caller would run what follows each wait.
        _ = cancelled.CancelAsync();
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) => context.Features.Get<RequestHead>()?.AwaitNext();

    /// <summary>Notes a request that the server has refused at its head, and answers itself.</summary>
    public void Refuse(RequestHead head, Refusal refusal)
    {
        var request = head.ToRequest(time.GetUtcNow()).RefusedAs(refusal);
        journal.Add(request);
        Log.Refused(logger, service, request, refusal);
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var before = _underWay.Token;
        var request = await RequestReader.ReadAsync(context, time).ConfigureAwait(false);
        if (before.IsCancellationRequested && context.RequestAborted.IsCancellationRequested)
        {
            // Its connection was cut by the stop, or ended after a reset: it belongs to no test any more.
            return;
        }

        // The token is read before the stubs, so that a reset in between cancels it.
        var underWay = _underWay.Token;
        var definitions = stubs.Definitions;
        var match = request.Refused is null ? FindMatch(definitions, request) : null;
        if (match is { Stub.Answers: { } answers })
        {
            var matched = match.Request.Matched();
            journal.Add(matched);
            await AnswerAsync(context, new Exchange(matched, match.Stub, answers.Next()), underWay).ConfigureAwait(false);
        }
        else
        {
            var (status, message) = request.Refused is { } refusal
                ? Refuse(context, request, refusal)
                : RefuseUnmatched(request, match?.Stub, definitions);
            await ResponseWriter.WriteMessageAsync(context, status, message).ConfigureAwait(false);
        }
    }

    /// <summary>The newest stub that matches and has an answer; for HEAD one for GET only where none for HEAD matches.</summary>
    private static Match? FindMatch(IReadOnlyList<StubDefinition> definitions, ReceivedRequest request)
    {
        Match? unanswered = null;
        Match? standIn = null;
        foreach (var stub in definitions)
        {
            if ((standIn is null || stub.IsForHead) && stub.TryAnswer(request) is { } matched)
            {
                var match = new Match(stub, matched);
                if (stub.Answers is null)
                {
                    unanswered ??= match;
                }
                else if (stub.StandsIn(request.Method))
                {
                    standIn = match;
                }
                else
                {
                    return match;
                }
            }
        }

        return standIn ?? unanswered;
    }

    private async Task AnswerAsync(HttpContext context, Exchange exchange, CancellationToken underWay)
    {
        var (request, stub, answer) = exchange;
        var isReady = answer.Constant is { } constant && (stub.Delay + constant.Delay).Ticks <= 0;
        using var cancellation = isReady ? null : CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, underWay);
        var token = cancellation?.Token ?? CancellationToken.None;
        try
        {
            var response = answer.Constant ?? await ComputeAsync(context, answer.ComputeAsync(request, token), token).ConfigureAwait(false);
            if (AnswerHeaders.FindProblem(response, request.Method) is { } problem)
            {
                Log.CannotBeSent(logger, service, stub.ToString(), problem);
                journal.Add(new ResponderFailure(request, new InvalidOperationException(problem)));
                await ResponseWriter.WriteMessageAsync(context, 500, Refusals.CannotBeSent(stub, problem)).ConfigureAwait(false);
                return;
            }

            if (stub.Delay + response.Delay is { Ticks: > 0 } delay)
            {
                await Task.Delay(delay, time, token).ConfigureAwait(false);
            }

            await ResponseWriter.WriteAsync(context, response).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested || context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
#pragma warning disable CA1031 // Any exception of the test's delegate is reported to the client and kept.
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
                await ResponseWriter.WriteMessageAsync(context, 500, Refusals.ResponderThrew(stub, e)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits for the responder: until the client disconnects or the mock stops, and only a moment longer than a reset.</summary>
    private async Task<MockResponse> ComputeAsync(HttpContext context, Task<MockResponse> answer, CancellationToken token)
    {
        await ((Task)answer).WaitAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)answer).WaitAsync(CancellationLimit, time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return answer.IsCompleted
            ? await answer.ConfigureAwait(false) ?? throw new InvalidOperationException("The responder returned null.")
            : throw new OperationCanceledException(token);
    }

    private (int Status, object Message) Refuse(HttpContext context, ReceivedRequest request, Refusal refusal)
    {
        // The server tells its log, too, which must not add the request a second time.
        context.Features.Get<RequestHead>()?.TryRefuse();
        journal.Add(request);
        Log.Refused(logger, service, request, refusal);
        return (refusal.Status, refusal.Status == StatusCodes.Status413PayloadTooLarge ? Refusals.BodyTooLarge(request) : Refusals.BadRequest(refusal));
    }

    private (int Status, object Message) RefuseUnmatched(ReceivedRequest request, StubDefinition? unanswered, IReadOnlyList<StubDefinition> definitions)
    {
        if (unanswered is not null)
        {
            journal.Add(request.Unmatched("stub has no answer"));
            Log.NoAnswer(logger, service, unanswered.ToString());
            return (500, Refusals.NoAnswer(unanswered));
        }

        journal.Add(request.Unmatched("not mocked"));
        var nearest = NearestStub.Find(definitions, request);
        Log.NotMocked(logger, service, request, nearest ?? "none");
        return (unmatchedStatus, Refusals.NotMocked(request, nearest, definitions));
    }

    private sealed record Match(StubDefinition Stub, ReceivedRequest Request);

    private readonly record struct Exchange(ReceivedRequest Request, StubDefinition Stub, Answer Answer);
}
