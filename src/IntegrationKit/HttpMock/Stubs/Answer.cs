namespace IntegrationKit.HttpMock;

/// <summary>Makes the answer to a request.</summary>
internal delegate Task<MockResponse> Answer(ReceivedRequest request, CancellationToken cancellationToken);
