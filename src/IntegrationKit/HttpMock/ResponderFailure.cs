namespace IntegrationKit;

/// <summary>A stub's responder threw. The client got a 500 that says so.</summary>
/// <param name="Request">The request that was to be answered.</param>
/// <param name="Exception">What the responder threw.</param>
public sealed record ResponderFailure(ReceivedRequest Request, Exception Exception);
