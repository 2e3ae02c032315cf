using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.Engine;

/// <summary>Makes a client that uses one API version and an <see cref="EngineTransport"/>.</summary>
internal sealed class EngineClientFactory : IDockerHandlerFactory<EngineTransport>
{
    public static DockerClient Create(EngineTransport transport, Version apiVersion) => new DockerClientBuilder()
        .WithEndpoint(transport.BaseAddress)
        .WithApiVersion(apiVersion)
        .WithTimeout(Timeout.InfiniteTimeSpan)
        .WithTransportOptions(new EngineClientFactory(), transport)
        .Build();

    public ResolvedTransport CreateHandler(EngineTransport transportOptions, ResolvedClientOptions clientOptions, ILogger logger) =>
        new(transportOptions, transportOptions.BaseAddress);

    public ResolvedTransport CreateHandler(ResolvedClientOptions clientOptions, ILogger logger) =>
        CreateHandler(new EngineTransport(new EngineEndpoint(clientOptions.Endpoint, "client options")), clientOptions, logger);

    public Task<WriteClosableStream> HijackStreamAsync(HttpContent content) =>
        throw new NotSupportedException("Connections are taken over by EngineHttp.");
}
