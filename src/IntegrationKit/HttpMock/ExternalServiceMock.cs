using IntegrationKit.HttpMock;

namespace IntegrationKit;

/// <summary>
/// A real HTTP/1.1 server on a loopback port that takes the place of a service that you do not own. Stubs define what it
/// answers; a journal keeps what it received. It answers any number of requests at the same time.
/// </summary>
/// <remarks>
/// <para>
/// A request may have a body of 30,000,000 bytes, also after it was decoded; a longer one is answered with 413. Its first line
/// may have 65,536 bytes, its headers 131,072 bytes and 1,000 lines. What the server refuses for these or other reasons is in
/// <see cref="Requests"/>, with a <see cref="ReceivedRequest.Refusal"/>.
/// </para>
/// <para>
/// A stub for GET answers HEAD, too, with the same headers and no body, unless a stub for HEAD matches.
/// </para>
/// <para>
/// Stubs may be added before the start and while it runs, from any thread. Where several match, the one that was added
/// last is used, so that a test can override what its fixture set up. Those added before the end of the start are the
/// baseline: a reset removes those added later and starts the sequences of the others again.
/// </para>
/// </remarks>
public sealed partial class ExternalServiceMock : TestService
{
    private readonly StubSet _stubs = new();
    private readonly Journal _journal = new(new JournalLimits());

    /// <summary>The port on 127.0.0.1, from 1 to 65535. Default: null, a free one.</summary>
    public int? Port { get; init; }

    /// <summary>The HTTP status for a request that no stub matches, from 200 to 599. Default 500; 404 is also common.</summary>
    public int UnmatchedStatus { get; init; } = 500;

    /// <summary>How many requests the journal keeps, at least 1; the oldest are dropped first. Default 10,000.</summary>
    public int MaxRequests
    {
        get => _journal.Limits.Requests;
        init => _journal = new(_journal.Limits with { Requests = value });
    }

    /// <summary>
    /// How many bytes of a body the journal keeps, at least 0; <see cref="ReceivedRequest.IsBodyCut"/> tells that there was more.
    /// Stubs and responders see the whole body. Default 5,000,000.
    /// </summary>
    public int MaxKeptBodyBytes
    {
        get => _journal.Limits.BodyBytes;
        init => _journal = new(_journal.Limits with { BodyBytes = value });
    }

    /// <summary>
    /// How many bytes the journal keeps of all requests together, at least 0, and as many of those at which a responder threw.
    /// Beyond that it drops the bodies of the oldest requests, then the oldest requests themselves. Default 50,000,000.
    /// </summary>
    public long MaxJournalBytes
    {
        get => _journal.Limits.Bytes;
        init => _journal = new(_journal.Limits with { Bytes = value });
    }

    /// <summary>
    /// Whether stubs that were added or changed since the baseline count as left behind, if a test asks for that
    /// (<see cref="TestInfrastructure.FindLeftoversAsync"/>). A test usually means its stubs to last until its end, so the default is
    /// false; <see cref="Reset"/> removes them.
    /// </summary>
    public bool StubsCountAsLeftovers { get; init; }

    /// <summary>The address at which it listens, for example <c>http://127.0.0.1:40123/</c>.</summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public Uri BaseAddress => GetRun<MockRun>().Server.BaseAddress;

    /// <summary>How many stubs there are, those of the baseline included.</summary>
    public int StubCount => _stubs.Count;

    /// <summary>
    /// Adds a stub for requests with this method and path. It has no answer until <c>Respond</c> is called on it.
    /// </summary>
    /// <param name="method">The HTTP method, in any case; <c>*</c> for any.</param>
    /// <param name="path">
    /// The path from its first slash, case-sensitive; one slash at the end makes no difference. <c>{name}</c> matches one
    /// segment or a part of it, and its value is in <see cref="ReceivedRequest.RouteValues"/>; <c>*</c> as the last segment
    /// matches the rest of the path, also an empty one. A query such as <c>?page=2</c> is a condition like
    /// <see cref="RequestStub.WithQuery"/>. Write a literal <c>*</c> as <c>%2A</c>.
    /// </param>
    /// <exception cref="ArgumentException">The path is not valid; the message says how to write it.</exception>
    public RequestStub When(string method, string path)
    {
        var stub = new RequestStub(_stubs, StubDefinition.Parse(method, path));
        _stubs.Ensure(stub);
        return stub;
    }

    /// <summary>
    /// Goes back to the baseline: removes the stubs that were added since, starts the sequences of the others again, and
    /// clears the journal. Answers that are delayed or being computed are cancelled; their clients see a dropped
    /// connection.
    /// </summary>
    public void Reset()
    {
        _stubs.Reset();
        FindRun<MockRun>()?.Server.CancelAnswers();
        _journal.Clear();
    }

    /// <inheritdoc/>
    protected override IEnumerable<int> HostPorts => Port is { } port ? [port] : [];

    /// <inheritdoc/>
    protected override IEnumerable<string> Validate()
    {
        foreach (var mistake in base.Validate())
        {
            yield return mistake;
        }

        if (Port is < 1 or > 65535)
        {
            yield return FormattableString.Invariant($"Port is {Port}; it must be from 1 to 65535, or unset for a free one.");
        }

        if (UnmatchedStatus is < 200 or > 599 or 204 or 205 or 304)
        {
            yield return FormattableString.Invariant($"UnmatchedStatus is {UnmatchedStatus}; it must be from 200 to 599 and allow a body.");
        }

        if (MaxRequests < 1)
        {
            yield return FormattableString.Invariant($"MaxRequests is {MaxRequests}; it must be at least 1.");
        }

        if (MaxKeptBodyBytes < 0)
        {
            yield return FormattableString.Invariant($"MaxKeptBodyBytes is {MaxKeptBodyBytes}; it must be at least 0.");
        }

        if (MaxJournalBytes < 0)
        {
            yield return FormattableString.Invariant($"MaxJournalBytes is {MaxJournalBytes}; it must be at least 0.");
        }
    }

    /// <inheritdoc/>
    protected override async Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        _journal.Clear();
        var application = new MockApplication(Name, UnmatchedStatus, _stubs, _journal, start.Logger, start.TimeProvider);
        var server = await MockServer.StartAsync(Name, Port ?? 0, application, cancellationToken).ConfigureAwait(false);
        _stubs.EndBaseline();
        return new MockRun(this, server);
    }

    /// <summary>A mock that listens. The stubs and the journal belong to the service, and stay after the stop.</summary>
    private sealed class MockRun(ExternalServiceMock mock, MockServer server) : ServiceRun
    {
        public MockServer Server => server;

        public override Task ResetAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            mock.Reset();
            return Task.CompletedTask;
        }

        public override Task<IReadOnlyList<Leftover>> FindLeftoversAsync(CancellationToken cancellationToken) =>
            Task.FromResult(mock.StubsCountAsLeftovers ? mock._stubs.FindLeftovers() : []);

        public override Task CaptureBaselineAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            mock._stubs.EndBaseline();
            return Task.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await server.DisposeAsync().ConfigureAwait(false);

            // The journal is kept: requests may be verified after the stop.
            mock._stubs.ReopenBaseline();
        }
    }
}
