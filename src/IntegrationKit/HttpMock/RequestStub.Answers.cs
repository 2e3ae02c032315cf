using System.Runtime.CompilerServices;
using IntegrationKit.HttpMock;

namespace IntegrationKit;

public sealed partial class RequestStub
{
    /// <summary>Answers every request with this. It replaces the answers that the stub had.</summary>
    /// <param name="status">The HTTP status, 200 to 599.</param>
    /// <param name="body">The body; <see cref="MockResponse(int, object?)"/> tells how it is sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status is not a final one.</exception>
    public RequestStub Respond(int status, object? body = null) => Respond(new MockResponse(status, body));

    /// <summary>Answers every request with this. It replaces the answers that the stub had.</summary>
    public RequestStub Respond(MockResponse response) => Answer(Constant(response));

    /// <summary>
    /// Answers what the delegate returns; it is called from many threads at once. Where it throws, the client gets a 500
    /// that says so, and <see cref="ExternalServiceMock.ResponderFailures"/> keeps the exception.
    /// </summary>
    [OverloadResolutionPriority(1)] // A lambda that only throws fits every overload; this one is meant.
    public RequestStub Respond(Func<ReceivedRequest, MockResponse> responder) => Answer(Computed(responder));

    /// <inheritdoc cref="Respond(Func{ReceivedRequest, MockResponse})"/>
    public RequestStub Respond(Func<ReceivedRequest, Task<MockResponse>> responder)
    {
        ArgumentNullException.ThrowIfNull(responder);
        return Answer((request, _) => responder(request));
    }

    /// <inheritdoc cref="Respond(Func{ReceivedRequest, MockResponse})"/>
    /// <remarks>The token is cancelled when the client goes away, and when the mock is reset or stopped.</remarks>
    [OverloadResolutionPriority(1)]
    public RequestStub Respond(Func<ReceivedRequest, CancellationToken, Task<MockResponse>> responder)
    {
        ArgumentNullException.ThrowIfNull(responder);
        return Answer(new Answer(responder));
    }

    /// <summary>
    /// Gives this answer after the ones that the stub has, each of which is then given once; the last one repeats.
    /// Requests at the same time get one answer each.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stub has no answer that this one could follow.</exception>
    public RequestStub ThenRespond(int status, object? body = null) => ThenRespond(new MockResponse(status, body));

    /// <inheritdoc cref="ThenRespond(int, object?)"/>
    public RequestStub ThenRespond(MockResponse response) => Then(Constant(response));

    /// <inheritdoc cref="ThenRespond(int, object?)"/>
    public RequestStub ThenRespond(Func<ReceivedRequest, MockResponse> responder) => Then(Computed(responder));

    /// <summary>Resets the connection instead of answering: the client sees an I/O error. It replaces the answers that the stub had.</summary>
    public RequestStub DropConnection() => Respond(MockResponse.DroppedConnection);

    /// <summary>Waits before each answer, also before a dropped connection. Default: not at all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public RequestStub WithDelay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return Change(definition => definition with { Delay = delay });
    }

    private static Answer Constant(MockResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var answer = Task.FromResult(response);
        return (_, _) => answer;
    }

    private static Answer Computed(Func<ReceivedRequest, MockResponse> responder)
    {
        ArgumentNullException.ThrowIfNull(responder);
        return (request, _) => Task.FromResult(responder(request));
    }

    private RequestStub Answer(Answer answer)
    {
        Change(definition => definition with { Answers = new AnswerSequence(answer) });

        // A stub that a reset has taken out, and that the test answers with again, is in use again.
        _stubs.Ensure(this);
        return this;
    }

    private RequestStub Then(Answer answer) => Change(definition => definition with
    {
        Answers = definition.Answers?.Then(answer)
            ?? throw new InvalidOperationException($"The stub {this} has no answer that another could follow: call Respond before ThenRespond."),
    });
}
