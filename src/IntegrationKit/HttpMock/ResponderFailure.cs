namespace IntegrationKit;

/// <summary>An exception of a stub's responder. The client got a 500 that shows it.</summary>
/// <param name="Request">The request that was to be answered.</param>
/// <param name="Exception">What the responder threw.</param>
public sealed record ResponderFailure(ReceivedRequest Request, Exception Exception);
