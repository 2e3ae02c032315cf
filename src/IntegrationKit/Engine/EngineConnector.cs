namespace IntegrationKit.Engine;

/// <summary>Finds an engine that answers.</summary>
internal static class EngineConnector
{
    /// <param name="endpoint">The only address to try; null to look where engines usually are.</param>
    /// <param name="timeout">How long each endpoint has to answer.</param>
    /// <param name="timeProvider">Measures the timeout.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="EngineUnavailableException">None answered.</exception>
    public static Task<IContainerEngine> ConnectAsync(
        string? endpoint, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        ConnectAsync(EndpointDiscovery.OfThisProcess.Find(endpoint), timeout, timeProvider, cancellationToken);

    public static async Task<IContainerEngine> ConnectAsync(
        IReadOnlyList<EndpointCandidate> candidates, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var attempts = new List<EndpointAttempt>();
        foreach (var candidate in candidates)
        {
            var reason = candidate.Obstacle;
            if (reason is null && EngineAddress.Parse(candidate.Address, out reason) is { } address)
            {
                try
                {
                    return await ConnectAsync(new EngineEndpoint(address, candidate.Source), timeout, timeProvider, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception failure)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    reason = EndpointFailure.Explain(failure, timeout);
                }
            }

            attempts.Add(new EndpointAttempt(candidate.Address, candidate.Source, reason));
        }

        throw new EngineUnavailableException(attempts);
    }

    private static async Task<IContainerEngine> ConnectAsync(
        EngineEndpoint endpoint, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var transport = new EngineTransport(endpoint);
        try
        {
            using var deadline = new CancellationTokenSource(timeout, timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            var greeting = await EngineHandshake.GreetAsync(transport, either.Token).ConfigureAwait(false);
            return new DockerEngine(endpoint, greeting, transport, timeProvider);
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }
}
