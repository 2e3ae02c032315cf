using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace IntegrationKit.Engine;

internal sealed class DockerContainers(DockerClient client, EngineHttp http, EngineCalls calls, bool isPodman, TimeProvider timeProvider) : IEngineContainers
{
    private static readonly TimeSpan RemovalPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(10);

    private readonly DockerExec _exec = new(http, calls, timeProvider);
    private readonly DockerLogs _logs = new(client, calls);

    public Task<string> CreateAsync(ContainerSpec spec, CancellationToken cancellationToken) =>
        calls.RunAsync($"create container from {spec.Image}", async token =>
        {
            var path = spec.Name is null ? "containers/create" : $"containers/create?name={Uri.EscapeDataString(spec.Name)}";
            var created = await http.PostAsync(
                path, ContainerRequest.From(spec, isPodman), EngineJson.Default.ContainerRequest, EngineJson.Default.CreatedResponse, token).ConfigureAwait(false);
            return EngineAnswers.PresentId(created.Id);
        }, cancellationToken);

    public Task StartAsync(string id, CancellationToken cancellationToken) =>
        calls.RunAsync($"start container {id}", token => client.Containers.StartContainerAsync(EnginePath.Segment(id), parameters: null, token), cancellationToken);

    public Task<ContainerDetails?> InspectAsync(string id, CancellationToken cancellationToken) =>
        calls.RunAsync($"inspect container {id}", async token =>
            (await http.FindAsync($"containers/{EnginePath.Segment(id)}/json", EngineJson.Default.ContainerInspectResponse, token).ConfigureAwait(false))?.ToDetails(), cancellationToken);

    public Task<IReadOnlyList<ContainerSummary>> ListAsync(IReadOnlyList<string> labels, CancellationToken cancellationToken) =>
        calls.RunAsync<IReadOnlyList<ContainerSummary>>("list containers", async token =>
        {
            var path = $"containers/json?all=1&{EngineFilters.Query("label", labels)}";
            var listed = await http.ListAsync(path, EngineJson.Default.ListListedContainer, token).ConfigureAwait(false) ?? [];
            return
            [
                .. listed.Select(container => new ContainerSummary(
                    EngineAnswers.PresentId(container.Id),
                    container.Names is [var name, ..] ? name.TrimStart('/') : string.Empty,
                    container.Image ?? string.Empty,
                    container.State ?? string.Empty,
                    container.Labels ?? [])),
            ];
        }, cancellationToken);

    public IAsyncEnumerable<LogLine> ReadLogsAsync(string id, LogQuery query, CancellationToken cancellationToken) =>
        _logs.ReadAsync(id, query, cancellationToken);

    public Task StopAsync(string id, TimeSpan grace, CancellationToken cancellationToken)
    {
        // In whole seconds. The client does not send a zero, and where none is sent the engine waits 10 s.
        var seconds = (uint)Math.Max(1, Math.Ceiling(grace.TotalSeconds));
        return calls.RunAsync($"stop container {id}", token => client.Containers.StopContainerAsync(
            EnginePath.Segment(id), new ContainerStopParameters { WaitBeforeKillSeconds = seconds }, token), cancellationToken);
    }

    public Task RemoveAsync(string id, CancellationToken cancellationToken) =>
        calls.RunAsync($"remove container {id}", async token =>
        {
            try
            {
                var parameters = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
                await client.Containers.RemoveContainerAsync(EnginePath.Segment(id), parameters, token).ConfigureAwait(false);
            }
            catch (DockerApiException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
            {
            }
            catch (DockerApiException busy) when (IsBeingRemoved(busy))
            {
                await UntilGoneAsync(id, token).ConfigureAwait(false);
            }
        }, cancellationToken);

    public Task<CommandResult> ExecAsync(string id, IReadOnlyList<string> command, ExecOptions options, CancellationToken cancellationToken) =>
        _exec.RunAsync(id, command, options, cancellationToken);

    public Task PutArchiveAsync(string id, string path, Stream tar, CancellationToken cancellationToken) =>
        calls.RunAsync($"unpack an archive into {path} of container {id}", token => client.Containers.ExtractArchiveToContainerAsync(
            EnginePath.Segment(id), new CopyToContainerParameters { Path = path }, new NonClosingStream(tar), token), cancellationToken);

    private static bool IsBeingRemoved(DockerApiException exception) =>
        exception.StatusCode == HttpStatusCode.Conflict &&
        exception.ResponseBody?.Contains("in progress", StringComparison.OrdinalIgnoreCase) == true;

    // Its network and its volumes are in use until it is gone.
    private async Task UntilGoneAsync(string id, CancellationToken cancellationToken)
    {
        var since = timeProvider.GetTimestamp();
        while (timeProvider.GetElapsedTime(since) < RemovalLimit &&
            await http.FindAsync($"containers/{EnginePath.Segment(id)}/json", EngineJson.Default.ContainerInspectResponse, cancellationToken).ConfigureAwait(false) is not null)
        {
            await Task.Delay(RemovalPause, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
