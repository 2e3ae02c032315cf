using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace IntegrationKit.Engine;

internal sealed class DockerImages(DockerClient client, EngineHttp http, EngineCalls calls) : IEngineImages
{
    public Task<ImageDetails?> InspectAsync(string image, CancellationToken cancellationToken) =>
        calls.RunAsync($"inspect image {image}", async token =>
            (await http.FindAsync($"images/{EnginePath.Image(image)}/json", EngineJson.Default.ImageInspectResponse, token).ConfigureAwait(false))?.ToDetails(), cancellationToken);

    public Task<IReadOnlyList<string>> ListTagsAsync(string pattern, CancellationToken cancellationToken) =>
        calls.RunAsync<IReadOnlyList<string>>($"list images {pattern}", async token =>
        {
            var path = $"images/json?{EngineFilters.Query("reference", [pattern])}";
            var listed = await http.ListAsync(path, EngineJson.Default.ListListedImage, token).ConfigureAwait(false) ?? [];
            return [.. listed.SelectMany(image => image.RepoTags ?? []).Where(tag => tag != "<none>:<none>")];
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

    /// <summary>Passes progress on in the order in which it came, and keeps the error that the stream may contain.</summary>
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
