using Docker.DotNet;

namespace IntegrationKit.Engine;

/// <summary>Runs commands in containers: create, start and read, inspect for the exit code.</summary>
internal sealed class DockerExec(EngineHttp http, EngineCalls calls, TimeProvider timeProvider)
{
    private const int BufferSize = 16 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public Task<CommandResult> RunAsync(string container, IReadOnlyList<string> command, ExecOptions options, CancellationToken cancellationToken) =>
        calls.RunAsync($"run '{string.Join(' ', command)}' in container {container}", async token =>
        {
            var request = new ExecRequest(
                command,
                [.. options.Environment.Select(variable => $"{variable.Key}={variable.Value}")],
                options.User,
                options.WorkingDirectory,
                AttachStdout: true,
                AttachStderr: true);
            var created = await http.PostAsync(
                $"containers/{EnginePath.Segment(container)}/exec", request, EngineJson.Default.ExecRequest, EngineJson.Default.CreatedResponse, token).ConfigureAwait(false);
            var exec = EngineAnswers.PresentId(created.Id);

            using var stream = await http.TakeOverAsync(
                $"exec/{exec}/start", new ExecStartRequest(Detach: false, Tty: false), EngineJson.Default.ExecStartRequest, token).ConfigureAwait(false);
            var output = new OutputCapture(options.OutputLimit);
            var error = new OutputCapture(options.OutputLimit);
            await ReadAsync(stream, output, error, token).ConfigureAwait(false);
            return new CommandResult(await ExitCodeAsync(exec, token).ConfigureAwait(false), output.ToString(), error.ToString());
        }, cancellationToken);

    private static async Task ReadAsync(MultiplexedStream stream, OutputCapture output, OutputCapture error, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false) is { EOF: false } read)
        {
            (read.Target == MultiplexedStream.TargetStream.StandardError ? error : output).Append(buffer.AsSpan(0, read.Count));
        }
    }

    // The output has no length and no end mark, so a connection that breaks between two frames looks like its end. Only
    // the engine knows whether the command has ended too, and it may learn that a moment after the output has closed.
    private async Task<long> ExitCodeAsync(string exec, CancellationToken cancellationToken)
    {
        var since = timeProvider.GetTimestamp();
        for (var pause = FirstPause; ; pause *= 2)
        {
            var details = await http.GetAsync($"exec/{exec}/json", EngineJson.Default.ExecInspectResponse, cancellationToken).ConfigureAwait(false);
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
