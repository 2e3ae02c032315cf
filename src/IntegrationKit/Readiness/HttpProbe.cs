namespace IntegrationKit.Readiness;

internal sealed class HttpProbe(string scheme, string path, int? port, int? status) : Probe
{
    internal override Probe? Question => this;

    internal override IEnumerable<int> NeededPorts => port is { } one ? [one] : [];

    public override string ToString() =>
        $"{scheme.ToUpperInvariant()} GET {path}{(port is { } one ? $" on port {one}" : "")} answers {status?.ToString() ?? "200 to 299"}";

    internal override ProbeRun Begin(IProbeTarget target, TimeProvider timeProvider)
    {
        var client = new Client(
            () => new Uri($"{scheme}://{target.Endpoint(port ?? FirstPort(target))}/{path.TrimStart('/')}"),
            answer => status is { } wanted ? answer == wanted : answer is >= 200 and <= 299);
        return new BoundedRun(client.CheckAsync, timeProvider, client);
    }

    private static int FirstPort(IProbeTarget target) => target.Ports is [var first, ..]
        ? first
        : throw new InvalidOperationException($"Service '{target.Name}' publishes no port. Add one to Ports, or set the port of the probe.");

    private sealed class Client(Func<Uri> address, Func<int, bool> isExpected) : IAsyncDisposable
    {
        private readonly HttpClient _client = new(CreateHandler());

        public async ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken)
        {
            try
            {
                using var response = await _client.GetAsync(address(), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
                var location = response.Headers.Location is { } target ? $" (to {target})" : "";
                return isExpected((int)response.StatusCode)
                    ? ProbeResult.Ready
                    : ProbeResult.NotReady($"{address()} answered {(int)response.StatusCode}{location}");
            }
            catch (HttpRequestException e)
            {
                return ProbeResult.NotReady($"{address()}: {e.InnerException?.Message ?? e.Message}");
            }
        }

        public ValueTask DisposeAsync()
        {
            _client.Dispose();
            return ValueTask.CompletedTask;
        }

        private static SocketsHttpHandler CreateHandler()
        {
            var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
#pragma warning disable CA5359 // A service under test signs its own certificate; what counts is whether it answers.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
            return handler;
        }
    }
}
