namespace IntegrationKit.HttpMock;

/// <summary>An answer to requests.</summary>
/// <param name="ComputeAsync">Makes it.</param>
/// <param name="Constant">What that returns each time, if it is known beforehand; else null.</param>
internal sealed record Answer(Func<ReceivedRequest, CancellationToken, Task<MockResponse>> ComputeAsync, MockResponse? Constant = null);

internal static class Answers
{
    /// <summary>The same response each time.</summary>
    public static Answer Constant(MockResponse response)
    {
        var answer = Task.FromResult(response);
        return new((_, _) => answer, response);
    }

    /// <summary>What a delegate of the test returns.</summary>
    public static Answer Computed(Func<ReceivedRequest, CancellationToken, Task<MockResponse>> responder)
    {
        ArgumentNullException.ThrowIfNull(responder);

        // On a thread of its own: one that blocks would take a thread from the pool, which other requests and the stop need.
        return new((request, cancellationToken) => Task.Factory.StartNew(
            async () => await responder(request, cancellationToken).ConfigureAwait(false),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default).Unwrap());
    }

    /// <inheritdoc cref="Computed(Func{ReceivedRequest, CancellationToken, Task{MockResponse}})"/>
    public static Answer Computed(Func<ReceivedRequest, MockResponse> responder)
    {
        ArgumentNullException.ThrowIfNull(responder);
        return Computed((request, _) => Task.FromResult(responder(request)));
    }
}
