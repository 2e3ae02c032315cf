using System.Globalization;
using System.Runtime.CompilerServices;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace IntegrationKit.Engine;

/// <summary>Reads containers' logs. The client asks first whether there is a terminal, so each reading takes two calls.</summary>
internal sealed class DockerLogs(DockerClient client, EngineCalls calls)
{
    private const int BufferSize = 16 * 1024;

    public async IAsyncEnumerable<LogLine> ReadAsync(
        string container, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = $"read the log of container {container}";
        using var stream = await calls.RunAsync(request, token => client.Containers.GetContainerLogsAsync(EnginePath.Segment(container), new ContainerLogsParameters
        {
            ShowStdout = true,
            ShowStderr = true,
            Follow = query.Follow,
            Tail = query.Tail?.ToString(CultureInfo.InvariantCulture),
            Since = query.Since is { } since ? EngineTime.Write(since) : null,
        }, token), cancellationToken).ConfigureAwait(false);

        var lines = new Queue<LogLine>();
        var output = new LogLineSplitter(isError: false);
        var error = new LogLineSplitter(isError: true);
        var buffer = new byte[BufferSize];
        while (true)
        {
            var read = await calls.RunAsync(
                request, token => stream.ReadOutputAsync(buffer, 0, buffer.Length, token), cancellationToken).ConfigureAwait(false);
            if (read.EOF)
            {
                output.Finish(lines);
                error.Finish(lines);
            }
            else
            {
                var splitter = read.Target == MultiplexedStream.TargetStream.StandardError ? error : output;
                splitter.Append(buffer.AsSpan(0, read.Count), lines);
            }

            while (lines.TryDequeue(out var line))
            {
                yield return line;
            }

            if (read.EOF)
            {
                yield break;
            }
        }
    }
}
