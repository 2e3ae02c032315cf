using System.Runtime.CompilerServices;
using IntegrationKit.HttpMock;

namespace IntegrationKit;

public sealed partial class RequestStub
{
    /// <summary>Answers every request with this. It replaces the answers that the stub had.</summary>
    /// <param name="status">The HTTP status, 200 to 599.</param>
    /// <param name="body">The body; <see cref="MockResponse(int, object?)"/> describes how it is sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status is not from 200 to 599.</exception>
    public RequestStub Respond(int status, object? body = null) => Respond(new MockResponse(status, body));

    /// <summary>Answers every request with this. It replaces the answers that the stub had.</summary>
    /// <exception cref="ArgumentException">One of <see cref="MockResponse.Headers"/> cannot be sent.</exception>
    public RequestStub Respond(MockResponse response) => Answer(Constant(response));

    /// <summary>
    /// Answers with what the delegate returns. It may be called from several threads at once, and may block. Where it
    /// throws, or returns an answer that cannot be sent, the client gets a 500 that says so, and
    /// <see cref="ExternalServiceMock.ResponderFailures"/> keeps the exception.
    /// </summary>
    [OverloadResolutionPriority(1)] // A lambda that only throws fits every overload; this one is meant.
    public RequestStub Respond(Func<ReceivedRequest, MockResponse> responder) => Answer(Answers.Computed(responder));

    /// <inheritdoc cref="Respond(Func{ReceivedRequest, MockResponse})"/>
    public RequestStub Respond(Func<ReceivedRequest, Task<MockResponse>> responder)
    {
        ArgumentNullException.ThrowIfNull(responder);
        return Answer(Answers.Computed((request, _) => responder(request)));
    }

    /// <inheritdoc cref="Respond(Func{ReceivedRequest, MockResponse})"/>
    /// <remarks>The token is cancelled when the client disconnects, and when the mock is reset or stopped.</remarks>
    [OverloadResolutionPriority(1)]
    public RequestStub Respond(Func<ReceivedRequest, CancellationToken, Task<MockResponse>> responder) => Answer(Answers.Computed(responder));

    /// <summary>
    /// Adds an answer to the sequence of the stub's answers. Each is given once, in order; the last one repeats. Requests
    /// at the same time get one answer each.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stub has no first answer yet.</exception>
    public RequestStub ThenRespond(int status, object? body = null) => ThenRespond(new MockResponse(status, body));

    /// <inheritdoc cref="ThenRespond(int, object?)"/>
    /// <exception cref="ArgumentException">One of <see cref="MockResponse.Headers"/> cannot be sent.</exception>
    public RequestStub ThenRespond(MockResponse response) => Then(Constant(response));

    /// <inheritdoc cref="ThenRespond(int, object?)"/>
    public RequestStub ThenRespond(Func<ReceivedRequest, MockResponse> responder) => Then(Answers.Computed(responder));

    /// <summary>Resets the connection instead of answering: the client sees an I/O error. It replaces the answers that the stub had.</summary>
    public RequestStub DropConnection() => Respond(MockResponse.DroppedConnection);

    /// <summary>Waits before each answer, and before a dropped connection. Default: no wait.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public RequestStub WithDelay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return Change(definition => definition with { Delay = delay });
    }

    private Answer Constant(MockResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return AnswerHeaders.FindProblem(response, _definition.Method) is { } problem
            ? throw new ArgumentException(problem, nameof(response))
            : Answers.Constant(response);
    }

    private RequestStub Answer(Answer answer)
    {
        Change(definition => definition with { Answers = new AnswerSequence(answer) });

        // A stub that a reset has removed is used again once the test gives it an answer again.
        _stubs.Ensure(this);
        return this;
    }

    private RequestStub Then(Answer answer) => Change(definition => definition with
    {
        Answers = definition.Answers?.Then(answer)
            ?? throw new InvalidOperationException($"The stub {this} has no first answer: call Respond before ThenRespond."),
    });
}
