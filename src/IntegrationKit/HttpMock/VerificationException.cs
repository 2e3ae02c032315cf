using IntegrationKit.HttpMock;

namespace IntegrationKit;

/// <summary>An <see cref="ExternalServiceMock"/> did not receive the requests that the test expects. The message lists those that arrived.</summary>
public sealed class VerificationException : IntegrationKitException
{
    internal VerificationException(string message, string service, Expectation expectation, int actualTimes, IReadOnlyList<ReceivedRequest> received)
        : base(message)
    {
        Service = service;
        Method = expectation.Requests.Method;
        Path = expectation.Requests.Path.Text;
        ExpectedTimes = expectation.Times;
        IsMinimum = expectation.IsMinimum;
        ActualTimes = actualTimes;
        Received = received;
    }

    /// <summary>The name of the mock.</summary>
    public string Service { get; }

    /// <summary>The method of the expected requests; <c>*</c> for any.</summary>
    public string Method { get; }

    /// <summary>The path of the expected requests, with its parameters, without its query.</summary>
    public string Path { get; }

    /// <summary>How often the request was expected; 0 for never.</summary>
    public int ExpectedTimes { get; }

    /// <summary>Whether more than <see cref="ExpectedTimes"/> would have been right too.</summary>
    public bool IsMinimum { get; }

    /// <summary>How often it is in the journal.</summary>
    public int ActualTimes { get; }

    /// <summary>Every request in the journal, also those that do not count, in the order of arrival.</summary>
    public IReadOnlyList<ReceivedRequest> Received { get; }
}
