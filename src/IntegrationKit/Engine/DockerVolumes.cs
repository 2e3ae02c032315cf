using System.Net;
using Docker.DotNet;

namespace IntegrationKit.Engine;

internal sealed class DockerVolumes(DockerClient client, EngineHttp http, EngineCalls calls) : IEngineVolumes
{
    public Task RemoveAsync(string name, CancellationToken cancellationToken) =>
        calls.RunAsync($"remove volume {name}", async token =>
        {
            try
            {
                await client.Volumes.RemoveAsync(EnginePath.Segment(name), force: null, token).ConfigureAwait(false);
            }
            catch (DockerApiException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
            {
            }
        }, cancellationToken);

    public Task<IReadOnlyList<VolumeSummary>> ListAsync(IReadOnlyList<string> labels, CancellationToken cancellationToken) =>
        calls.RunAsync<IReadOnlyList<VolumeSummary>>("list volumes", async token =>
        {
            var path = $"volumes?{EngineFilters.Query("label", labels)}";
            var listed = (await http.ListAsync(path, EngineJson.Default.ListedVolumes, token).ConfigureAwait(false))?.Volumes ?? [];
            return [.. listed.Select(volume => new VolumeSummary(EngineAnswers.PresentId(volume.Name), volume.Labels ?? []))];
        }, cancellationToken);
}
