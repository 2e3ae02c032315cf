using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace IntegrationKit.Engine;

internal sealed class DockerImages(DockerClient client, EngineCalls calls) : IEngineImages
{
    public Task<ImageDetails?> InspectAsync(string image, CancellationToken cancellationToken) =>
        calls.RunAsync($"inspect image {image}", async token =>
        {
            try
            {
                return Describe(await client.Images.InspectImageAsync(image, token).PresentAsync().ConfigureAwait(false));
            }
            catch (DockerApiException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
        }, cancellationToken);

    public Task<IReadOnlyList<string>> ListTagsAsync(string pattern, CancellationToken cancellationToken) =>
        calls.RunAsync<IReadOnlyList<string>>($"list images {pattern}", async token =>
        {
            var parameters = new ImagesListParameters { Filters = EngineFilters.Of(("reference", [pattern])) };
            var images = await client.Images.ListImagesAsync(parameters, token).ListAsync().ConfigureAwait(false);
            return [.. images.SelectMany(image => image.RepoTags ?? []).Where(tag => tag != "<none>:<none>")];
        }, cancellationToken);

    public async Task PullAsync(string image, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var request = $"pull image {image}";
        var reference = ImageReference.Parse(image);
        var parameters = new ImagesCreateParameters
        {
            FromImage = reference.Name,
            Tag = reference.Digest ?? reference.Tag ?? ImageReference.DefaultTag,
        };
        var relay = new PullRelay(progress);
        await calls.RunAsync(request, token => client.Images.CreateImageAsync(parameters, authConfig: null, relay, token), cancellationToken).ConfigureAwait(false);
        if (relay.Error is { } error)
        {
            throw new EngineException(request, HttpStatusCode.OK, error);
        }
    }

    public Task RemoveAsync(string image, bool force, CancellationToken cancellationToken) =>
        calls.RunAsync($"remove image {image}", async token =>
        {
            try
            {
                await client.Images.DeleteImageAsync(image, new ImageDeleteParameters { Force = force }, token).ConfigureAwait(false);
            }
            catch (DockerApiException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
            {
            }
        }, cancellationToken);

    private static ImageDetails Describe(ImageInspectResponse image)
    {
        var config = image.Config ?? new DockerOCIImageConfig();
        return new ImageDetails(
            image.ID,
            image.Os,
            image.Architecture,
            [.. config.Volumes?.Keys ?? []],
            [.. (config.ExposedPorts?.Keys ?? []).Select(TcpPort.Read).OfType<int>()],
            Environment(config.Env ?? []),
            HasHealthCheck: config.Healthcheck?.Test is [var kind, ..] && kind != "NONE");
    }

    private static Dictionary<string, string> Environment(IList<string> variables)
    {
        var environment = new Dictionary<string, string>();
        foreach (var variable in variables)
        {
            var parts = variable.Split('=', 2);
            environment[parts[0]] = parts.Length == 2 ? parts[1] : string.Empty;
        }

        return environment;
    }

    /// <summary>Passes progress on in the order in which it came, and keeps the error that the stream may carry.</summary>
    private sealed class PullRelay(IProgress<PullProgress>? progress) : IProgress<JSONMessage>
    {
        public string? Error { get; private set; }

        public void Report(JSONMessage value)
        {
            Error ??= value.Error is null ? null : value.Error.Message ?? "(no message)";
            if (value.Status is { } status)
            {
                progress?.Report(new PullProgress(value.ID, status, value.Progress?.Current, value.Progress?.Total));
            }
        }
    }
}
