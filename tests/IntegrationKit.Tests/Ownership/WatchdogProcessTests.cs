using IntegrationKit.Ownership;

namespace IntegrationKit.Tests.Ownership;

public sealed class WatchdogProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("printf 'ready 12\\nand more\\nready 13\\n'", "ready 12")]
    [InlineData("printf 'ready 12\\r\\n'", "ready 12")]
    [InlineData("printf 'ready'; sleep 0.1; printf ' 12'", "ready 12")]
    [InlineData("printf ''", null)]
    public async Task First_line_is_the_answer(string script, string? answer)
    {
        var process = Start(script);

        Assert.Equal(answer, await process.Answer.WaitAsync(Cancellation));
        await process.Ended.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Of_a_line_without_an_end_the_beginning_is_kept_and_the_rest_is_read_away()
    {
        var process = Start("head -c 20000000 /dev/zero | tr '\\0' x");

        Assert.Equal(new string('x', 256), await process.Answer.WaitAsync(Cancellation));
        await process.Ended.WaitAsync(Cancellation);
    }

    private static WatchdogProcess Start(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        return WatchdogProcess.Start(() => new("/bin/sh", ["-c", script]));
    }
}
