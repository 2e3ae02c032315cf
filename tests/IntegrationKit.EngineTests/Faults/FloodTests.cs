using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>What writes without measure: the memory that it costs is bounded, and what was cut is said. Alone, since allocations are counted.</summary>
[Collection(nameof(Alone))]
public sealed class FloodTests
{
    private const long Mebibyte = 1024 * 1024;

    private static long Written => (LongRun.IsOn ? 300 : 20) * Mebibyte;

    [Fact]
    public async Task Init_script_that_floods_both_outputs_fails_with_their_beginning_and_end()
    {
        using var script = new TempFile("flood.sh", $"echo it begins >&2\nfor to in 1 2; do head -c {Written} /dev/zero | tr '\\0' x >&$to; done\necho >&2\necho the real reason >&2\nexit 3\n");
        await using var infra = (await Kit.CreateAsync()).Register("postgres", new PostgresService { InitScripts = [script.Path] });
        var before = GC.GetTotalAllocatedBytes();

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        var allocated = GC.GetTotalAllocatedBytes() - before;
        TestContext.Current.TestOutputHelper!.WriteLine($"{allocated / Mebibyte} MiB allocated\n{error.Message}");
        Assert.InRange(allocated, 0, 16 * Mebibyte);
        Assert.Contains("Script 'flood.sh' failed: it begins", error.Message, StringComparison.Ordinal);
        Assert.Matches(@"\[… \d[\d,]+ bytes of the output are left out here …\]", error.Message);
        Assert.Contains("the real reason", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 0, 20_000);
    }

    [Fact]
    public async Task Line_of_a_log_without_an_end_is_cut_in_the_evidence_and_in_the_reason_of_a_probe()
    {
        var service = new ContainerService(Kit.Busybox)
        {
            Command = ["sh", "-c", $"head -c {3 * Mebibyte} /dev/zero | tr '\\0' x; sleep 0.3; exit 7"],
            Readiness = Probe.Log("never"),
        };
        await using var infra = (await Kit.CreateAsync()).Register("flood", service);

        var error = await Kit.StartFailsAsync<ServiceStartException>(infra);

        Assert.InRange(error.Container!.LastLogLines.Count, 1, 40);
        Assert.InRange(error.Container.LastLogLines.Sum(line => line.Length), 1, 40 * 64 * 1024);
        Assert.All(error.Attempts, attempt => Assert.InRange(attempt.Reason?.Length ?? 0, 0, 2100));
        Assert.Contains("more characters)", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 0, 20_000);
    }
}
