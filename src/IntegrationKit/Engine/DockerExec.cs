using Docker.DotNet;
using Docker.DotNet.Models;

namespace IntegrationKit.Engine;

/// <summary>Runs commands in containers: create, start and read, inspect for the exit code.</summary>
internal sealed class DockerExec(DockerClient client, EngineCalls calls, TimeProvider timeProvider)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public Task<CommandResult> RunAsync(string container, ExecSpec spec, CancellationToken cancellationToken) =>
        calls.RunAsync($"run '{string.Join(' ', spec.Command)}' in container {container}", async token =>
        {
            var created = await client.Exec.CreateContainerExecAsync(container, new ContainerExecCreateParameters
            {
                Cmd = [.. spec.Command],
                Env = [.. spec.Environment.Select(variable => $"{variable.Key}={variable.Value}")],
                User = spec.User ?? string.Empty,
                WorkingDir = spec.WorkingDirectory ?? string.Empty,
                AttachStdout = true,
                AttachStderr = true,
            }, token).PresentAsync().ConfigureAwait(false);

            var exec = EngineAnswers.PresentId(created.ID);
            using var stream = await client.Exec.StartContainerExecAsync(exec, new ContainerExecStartParameters(), token).ConfigureAwait(false);
            var (output, error) = await stream.ReadOutputToEndAsync(token).ConfigureAwait(false);
            return new CommandResult(await ExitCodeAsync(exec, token).ConfigureAwait(false), output, error);
        }, cancellationToken);

    // The output has no length and no end mark, so a connection cut between two frames looks like its end. Only the
    // engine knows whether the command ended too, and it may learn that a moment after the output closed.
    private async Task<long> ExitCodeAsync(string exec, CancellationToken cancellationToken)
    {
        var since = timeProvider.GetTimestamp();
        for (var pause = FirstPause; ; pause *= 2)
        {
            var details = await client.Exec.InspectContainerExecAsync(exec, cancellationToken).PresentAsync().ConfigureAwait(false);
            if (details is { Running: false, ExitCode: { } exitCode })
            {
                return exitCode;
            }

            if (timeProvider.GetElapsedTime(since) > LongestWait)
            {
                throw new EndOfStreamException("the output ended, and the command still runs");
            }

            await Task.Delay(pause, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
