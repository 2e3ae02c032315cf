using System.Runtime.CompilerServices;
using IntegrationKit.HttpMock;

namespace IntegrationKit;

public sealed partial class ExternalServiceMock
{
    /// <summary>
    /// The requests since the start or the last reset, matched or not, also those that the server refused, in the order of
    /// arrival, at most <see cref="MaxRequests"/> and <see cref="MaxJournalBytes"/>. A copy, which does not change. A request is
    /// added before its answer is sent.
    /// </summary>
    public IReadOnlyList<ReceivedRequest> Requests => _journal.Snapshot().Requests;

    /// <summary>How many of the oldest requests the journal has dropped because of <see cref="MaxRequests"/> or <see cref="MaxJournalBytes"/>.</summary>
    public long DroppedRequests => _journal.Snapshot().Dropped;

    /// <summary>The exceptions that responders threw since the start or the last reset, at most <see cref="MaxRequests"/>.</summary>
    public IReadOnlyList<ResponderFailure> ResponderFailures => _journal.Snapshot().Failures;

    /// <summary>Clears the journal. Stubs are not changed.</summary>
    public void ClearRequests() => _journal.Clear();

    /// <summary>Checks that such a request arrived exactly so many times, whether or not a stub matched it.</summary>
    /// <param name="method">The HTTP method, in any case; <c>*</c> for any.</param>
    /// <param name="path">The path as in <see cref="When"/>, also with <c>{parameters}</c>, <c>*</c> and a query.</param>
    /// <param name="times">How often. Default once.</param>
    /// <param name="matching">A further condition on the requests to count. Default: none.</param>
    /// <param name="matchingText">How the message names that condition. Default: its source text.</param>
    /// <exception cref="VerificationException">It did not, or the journal has dropped requests, or cut bodies that the condition reads, so that the count is unknown.</exception>
    /// <exception cref="ArgumentException">The path is not valid, or the number is negative.</exception>
    public void Verify(
        string method,
        string path,
        int times = 1,
        Func<ReceivedRequest, bool>? matching = null,
        [CallerArgumentExpression(nameof(matching))] string? matchingText = null) =>
        Verify(Expect(method, path, times, isMinimum: false, matching, matchingText));

    /// <summary>Checks that such a request arrived so many times or more, whether or not a stub matched it.</summary>
    /// <inheritdoc cref="Verify(string, string, int, Func{ReceivedRequest, bool}, string)"/>
    public void VerifyAtLeast(
        string method,
        string path,
        int times = 1,
        Func<ReceivedRequest, bool>? matching = null,
        [CallerArgumentExpression(nameof(matching))] string? matchingText = null) =>
        Verify(Expect(method, path, times, isMinimum: true, matching, matchingText));

    /// <summary>Checks that no such request arrived.</summary>
    /// <inheritdoc cref="Verify(string, string, int, Func{ReceivedRequest, bool}, string)"/>
    public void VerifyNever(
        string method,
        string path,
        Func<ReceivedRequest, bool>? matching = null,
        [CallerArgumentExpression(nameof(matching))] string? matchingText = null) =>
        Verify(Expect(method, path, times: 0, isMinimum: false, matching, matchingText));

    private static Expectation Expect(
        string method, string path, int times, bool isMinimum, Func<ReceivedRequest, bool>? matching, string? matchingText)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        return new(StubDefinition.Parse(method, path), matching, matchingText, times, isMinimum);
    }

    private void Verify(Expectation expectation)
    {
        var journal = _journal.Snapshot();
        var report = new VerificationReport(Name, FindRun<MockRun>()?.Server.BaseAddress, expectation, journal);
        if (!report.IsMet)
        {
            throw new VerificationException(report.ToString(), Name, expectation, report.Count, journal.Requests);
        }
    }
}
