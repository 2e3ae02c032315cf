using System.Diagnostics;
using System.Text.Json;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace IntegrationKit.Benchmarks.Mocks;

/// <summary>
/// Requests with a JSON body over many connections to a mock with ten stubs. The floor is Kestrel, which reads the body and sends the
/// same bytes; WireMock.Net with the same stubs is measured beside it. The client is in the same process, as it is in a test.
/// </summary>
internal sealed class MockScenario : Scenario
{
    private const int Requests = 3_200;
    private const int Connections = 16;
    private const int Stubs = 10;

    private static readonly byte[] Body = JsonSerializer.SerializeToUtf8Bytes(new { orderId = "ord_7781", amount = 1250, currency = "EUR", items = new[] { "tea", "cups" } });
    private static readonly object Answer = new { paymentId = "pay_123", status = "accepted" };

    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = Connections, UseCookies = false, ActivityHeadersPropagator = null });
    private readonly BareKestrel _bare = new(JsonSerializer.SerializeToUtf8Bytes(Answer, JsonSerializerOptions.Web));
    private readonly ExternalServiceMock _mock = new();
    private readonly TestInfrastructure _infra = new();
    private WireMockServer _wireMock = null!;

    public override int Times => 40;

    public override bool UsesEngine => false;

    public override async Task SetUpAsync()
    {
        await _infra.Register("payments", _mock).StartAllAsync();
        await _bare.StartAsync();
        _wireMock = WireMockServer.Start();
        for (var i = 0; i < Stubs; i++)
        {
            _mock.When("POST", Path(i)).Respond(200, Answer);
            _wireMock.Given(Request.Create().WithPath(Path(i)).UsingPost())
                .RespondWith(Response.Create().WithStatusCode(200).WithHeader("Content-Type", "application/json; charset=utf-8").WithBody(JsonSerializer.Serialize(Answer)));
        }

        await _mock.CaptureBaselineAsync();
        await CheckAsync(_mock.BaseAddress);
        await CheckAsync(_bare.BaseAddress);
        await CheckAsync(new(_wireMock.Url!));
    }

    /// <summary>Journals begin empty, as they do in a test.</summary>
    public override async Task PrepareAsync(bool ofFloor)
    {
        _mock.Reset();
        if (ofFloor)
        {
            _wireMock.ResetLogEntries();
            var begun = Stopwatch.GetTimestamp();
            await SendAsync(new(_wireMock.Url!));
            Note("wiremock_requests_per_second", PerSecond(begun));
        }
    }

    public override async Task MeasuredAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        await SendAsync(_mock.BaseAddress);
        Note("requests_per_second", PerSecond(begun));
    }

    public override async Task FloorAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        await SendAsync(_bare.BaseAddress);
        Note("floor_requests_per_second", PerSecond(begun));
    }

    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _wireMock.Stop();
        await _bare.DisposeAsync();
        await _infra.DisposeAsync();
    }

    private static string Path(int stub) => $"/accounts/{stub}/payments";

    private static double PerSecond(long begun) => Requests / Stopwatch.GetElapsedTime(begun).TotalSeconds;

    private Task SendAsync(Uri server) => Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(async () =>
    {
        for (var i = 0; i < Requests / Connections; i++)
        {
            using var response = await PostAsync(new(server, Path((connection + i) % Stubs)));
            response.EnsureSuccessStatusCode();
        }
    })));

    private async Task CheckAsync(Uri server)
    {
        using var response = await PostAsync(new(server, Path(Stubs - 1)));
        if (await response.Content.ReadAsStringAsync() != JsonSerializer.Serialize(Answer))
        {
            throw new InvalidOperationException($"{server} gives another answer.");
        }
    }

    private Task<HttpResponseMessage> PostAsync(Uri address) =>
        _client.PostAsync(address, new ByteArrayContent(Body) { Headers = { { "Content-Type", "application/json" } } });
}
