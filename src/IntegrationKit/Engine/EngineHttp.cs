using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Docker.DotNet;

namespace IntegrationKit.Engine;

/// <summary>
/// JSON calls by plain HTTP, for what every start needs. The client's serializer costs a process that has just begun 45 to
/// 80 ms of CPU at its first call, whichever that is; docs/adr has the figures. Connections and errors are the same.
/// </summary>
internal sealed class EngineHttp(EngineTransport transport, Version apiVersion) : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(transport, disposeHandler: false);

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
        where T : class =>
        EngineAnswers.Present(await SendAsync(HttpMethod.Get, path, content: null, answer, cancellationToken).ConfigureAwait(false));

    public async Task<T> PostAsync<TRequest, T>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
        where T : class =>
        EngineAnswers.Present(await SendAsync(HttpMethod.Post, path, Json(request, requestType), answer, cancellationToken).ConfigureAwait(false));

    /// <summary>Null where the engine answers that there is none.</summary>
    public async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await GetAsync(path, answer, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException missing) when (missing.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Makes a list call, whose answer engines write as <c>null</c> where it is empty.</summary>
    public Task<T?> ListAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
        where T : class =>
        SendAsync(HttpMethod.Get, path, content: null, answer, cancellationToken);

    /// <summary>Makes a call after which the connection carries a stream of frames.</summary>
    public async Task<MultiplexedStream> TakeOverAsync<TRequest>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, CancellationToken cancellationToken)
    {
        var response = await AnswerAsync(HttpMethod.Post, path, Json(request, requestType), cancellationToken, takeOver: true).ConfigureAwait(false);
        try
        {
            return new MultiplexedStream(EngineTransport.TakenOver(response), multiplexed: true);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public void Dispose() => _invoker.Dispose();

    private static ByteArrayContent Json<T>(T value, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, type)) { Headers = { { "Content-Type", "application/json" } } };

    private async Task<T?> SendAsync<T>(HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await AnswerAsync(method, path, content, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadFromJsonAsync(answer, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> AnswerAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, bool takeOver = false)
    {
        using var request = new HttpRequestMessage(method, new Uri(transport.BaseAddress, $"v{apiVersion}/{path}")) { Content = content };
        if (takeOver)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.ParseAdd("tcp");
        }

        var response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if ((int)response.StatusCode < 400)
        {
            return response;
        }

        using (response)
        {
            // The exception that the client throws, so that EngineCalls has one kind to translate.
            throw new DockerApiException(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        }
    }
}
