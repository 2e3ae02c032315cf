using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using IntegrationKit.Engine;
using IntegrationKit.EngineTests.Engine.Support;

namespace IntegrationKit.EngineTests.Engine;

public sealed class StreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Log_of_a_container_tells_its_two_streams_apart()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("echo one; echo two >&2; printf 'drei ä€😀'");
        await real.Plain.WaitAsync(id);

        var lines = await ReadAsync(real, id, new LogQuery());

        Assert.Equal(["drei ä€😀", "one"], lines.Where(line => !line.IsError).Select(line => line.Text).Order(StringComparer.Ordinal));
        Assert.Equal(["two"], lines.Where(line => line.IsError).Select(line => line.Text));
    }

    [Fact]
    public async Task Log_of_a_container_with_a_terminal_has_lines_too()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync(real.Spec("echo one; echo two >&2; printf three") with { Tty = true });
        await real.Plain.WaitAsync(id);

        Assert.Equal([new("one", false), new("two", false), new LogLine("three", false)], await ReadAsync(real, id, new LogQuery()));
    }

    [Fact]
    public async Task Log_can_be_limited_to_its_end()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("for i in 1 2 3 4 5; do echo $i; done");
        await real.Plain.WaitAsync(id);

        Assert.Equal(["4", "5"], (await ReadAsync(real, id, new LogQuery { Tail = 2 })).Select(line => line.Text));
        var finished = (await real.Containers.InspectAsync(id, Cancellation))!.FinishedAt!.Value;
        Assert.Empty(await ReadAsync(real, id, new LogQuery { Since = finished.AddSeconds(30) }));
        Assert.Equal(5, (await ReadAsync(real, id, new LogQuery { Since = finished.AddSeconds(-30) })).Count);
    }

    [Fact]
    public async Task Followed_log_shows_a_line_when_it_is_written_and_ends_with_the_container()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("echo first; trap 'echo last; exit' USR1; while :; do sleep 0.02; done");

        var seen = new List<string>();
        await foreach (var line in real.Containers.ReadLogsAsync(id, new LogQuery { Follow = true }, Cancellation))
        {
            seen.Add(line.Text);
            if (line.Text == "first")
            {
                await real.Containers.ExecAsync(id, ["sh", "-c", "echo from exec > /proc/1/fd/1"], new ExecOptions(), Cancellation);
            }
            else if (line.Text == "from exec")
            {
                await real.Plain.KillAsync(id, "USR1");
            }
        }

        Assert.Equal(["first", "from exec", "last"], seen);
    }

    [Fact]
    public async Task Exec_returns_exit_code_and_both_outputs()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("sleep 60");

        var result = await real.Containers.ExecAsync(id, ["sh", "-c", "echo $WHO in $(pwd) as $(id -u); echo wrong >&2; exit 4"], new ExecOptions
        {
            Environment = new Dictionary<string, string> { ["WHO"] = "me" },
            User = "1234",
            WorkingDirectory = "/tmp",
        }, Cancellation);

        Assert.Equal(new CommandResult(4, "me in /tmp as 1234\n", "wrong\n"), result);
    }

    [Fact]
    public async Task Exec_reads_a_long_output_to_its_end()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("sleep 60");

        var result = await real.Containers.ExecAsync(id, ["sh", "-c", "seq 1 200000; exit 0"], new ExecOptions(), Cancellation);

        Assert.Equal(string.Concat(Enumerable.Range(1, 200_000).Select(i => $"{i}\n")), result.Output);
    }

    [Fact]
    public async Task Exec_that_never_ends_is_left_when_cancelled()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.StartAsync("sleep 60");
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = real.Containers.ExecAsync(id, ["sh", "-c", "echo started > /proc/1/fd/1; sleep 60"], new ExecOptions(), cancelled.Token);
        await foreach (var line in real.Containers.ReadLogsAsync(id, new LogQuery { Follow = true }, Cancellation))
        {
            break;
        }

        var watch = Stopwatch.StartNew();
        await cancelled.CancelAsync();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(cancelled.Token, thrown.CancellationToken);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Exec_in_a_stopped_container_is_refused()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.CreateAsync(real.Spec("true"));

        var refused = await Assert.ThrowsAsync<EngineException>(() => real.Containers.ExecAsync(id, ["true"], new ExecOptions(), Cancellation));

        Assert.Equal(System.Net.HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("running", refused.EngineMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archive_put_into_a_container_is_there_unchanged()
    {
        await using var real = await RealEngine.ConnectAsync();
        var id = await real.CreateAsync(real.Spec("sleep 60"));
        var content = new byte[3 * 1024 * 1024];
        new Random(7).NextBytes(content);
        using var tar = Tar("data.bin", content);

        await real.Containers.PutArchiveAsync(id, "/tmp", tar, Cancellation);

        Assert.True(tar.CanRead, "the caller's stream was closed");
        await real.Containers.StartAsync(id, Cancellation);
        var sum = await real.Containers.ExecAsync(id, ["sha256sum", "/tmp/data.bin"], new ExecOptions(), Cancellation);
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(content))}  /tmp/data.bin\n", sum.Output);
    }

    [Fact]
    public async Task Archive_for_a_missing_folder_or_container_is_refused_however_long_it_is()
    {
        await using var real = await RealEngine.ConnectAsync();
        Assert.SkipWhen(real.Api.IsPodman, "Podman makes a folder that is missing.");
        var id = await real.CreateAsync(real.Spec("true"));
        using var tar = Tar("data.bin", new byte[32 * 1024 * 1024]);

        var folder = await Assert.ThrowsAsync<EngineException>(() => real.Containers.PutArchiveAsync(id, "/no/such/folder", tar, Cancellation));
        tar.Position = 0;
        var container = await Assert.ThrowsAsync<EngineException>(() => real.Containers.PutArchiveAsync("nosuchcontainer", "/tmp", tar, Cancellation));

        Assert.All([folder, container], refused => Assert.Equal(System.Net.HttpStatusCode.NotFound, refused.Status));
    }

    private static MemoryStream Tar(string name, byte[] content)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }

        tar.Position = 0;
        return tar;
    }

    private static async Task<List<LogLine>> ReadAsync(RealEngine real, string id, LogQuery query)
    {
        var lines = new List<LogLine>();
        await foreach (var line in real.Containers.ReadLogsAsync(id, query, Cancellation))
        {
            lines.Add(line);
        }

        return lines;
    }
}
