namespace IntegrationKit.HttpMock;

/// <summary>How much a journal keeps.</summary>
/// <param name="Requests">How many requests.</param>
/// <param name="BodyBytes">How many bytes of one body.</param>
/// <param name="Bytes">How many bytes of all requests together.</param>
internal sealed record JournalLimits(int Requests = 10_000, int BodyBytes = 5_000_000, long Bytes = 50_000_000);
