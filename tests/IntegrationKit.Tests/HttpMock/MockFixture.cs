using System.Text;
using System.Text.Json;
using IntegrationKit.Diagnostics;
using IntegrationKit.Launching;
using IntegrationKit.Limits;
using IntegrationKit.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntegrationKit.Tests.HttpMock;

/// <summary>A running mock, started and stopped as a registry does it, and a client for it.</summary>
internal sealed class MockFixture : IAsyncDisposable
{
    private readonly StartContext _context;

    private MockFixture(ExternalServiceMock mock, StartContext context) => (Mock, _context) = (mock, context);

    public ExternalServiceMock Mock { get; }

    public HttpClient Client { get; private set; } = null!;

    public static async Task<MockFixture> StartAsync(
        ExternalServiceMock? mock = null, TimeProvider? time = null, ILogger? logger = null)
    {
        var fixture = new MockFixture(mock ?? new ExternalServiceMock(), CreateContext(time, logger));

        // Not adopted a second time where a failed start is tried again.
        fixture.Mock.TryAdopt(fixture, "payments");
        await fixture.StartAgainAsync();
        return fixture;
    }

    public async Task StartAgainAsync()
    {
        Mock.MoveTo(ServiceState.Starting);
        try
        {
            Mock.Attach(await Mock.BeginStartAsync(_context, TestContext.Current.CancellationToken));
        }
        catch
        {
            Mock.MoveTo(ServiceState.Failed);
            throw;
        }

        Client?.Dispose();
        Client = CreateClient();
    }

    public HttpClient CreateClient() => new() { BaseAddress = Mock.BaseAddress };

    public async Task StopAsync()
    {
        await Mock.Detach().StopAsync();
        Mock.ForgetRun();
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(path, TestContext.Current.CancellationToken);

    public async Task<string> GetTextAsync(string path) => await ReadAsync(await GetAsync(path));

    public Task<HttpResponseMessage> PostJsonAsync(string path, string json) => Client.PostAsync(
        path, new StringContent(json, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> SendAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static Task<string> ReadAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    public static async Task<JsonElement> ReadJsonAsync(HttpResponseMessage response) => JsonElement.Parse(await ReadAsync(response));

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (Mock.State == ServiceState.Running)
        {
            await StopAsync();
        }
    }

    // The only place that creates a context.
    public static StartContext CreateContext(TimeProvider? time = null, ILogger? logger = null)
    {
        var log = logger ?? NullLogger.Instance;
        var clock = time ?? TimeProvider.System;
        var deadline = new Deadline(TimeSpan.FromMinutes(1), "the test's", clock, CancellationToken.None);
        var redactor = new Redactor();
        return new(
            "payments",
            new(log, new(log, progress: null, redactor), redactor, deadline, new(redactor), clock),
            new(JoinsNetwork: false, SharesServers: false, NetworkAliases: [], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10)),
            launcher: null!,
            new(late => late.DisposeAsync().AsTask()));
    }
}
