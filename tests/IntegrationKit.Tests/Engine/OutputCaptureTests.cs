using System.Text;
using IntegrationKit.Engine;

namespace IntegrationKit.Tests.Engine;

public sealed class OutputCaptureTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(2048)]
    [InlineData(100_000)]
    public void Beginning_and_end_of_a_long_output_are_kept_however_it_comes(int piece)
    {
        var capture = new OutputCapture(2048);
        var text = string.Concat(Enumerable.Range(0, 1500).Select(i => $"line {i}\n"));
        foreach (var part in Encoding.UTF8.GetBytes(text).Chunk(piece))
        {
            capture.Append(part);
        }

        Assert.Equal($"{text[..1024]}\n[… {text.Length - 2048:N0} bytes of the output are left out here …]\n{text[^1024..]}", capture.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(2047)]
    [InlineData(2048)]
    public void Output_within_the_limit_is_complete(int length)
    {
        var capture = new OutputCapture(2048);
        var text = new string('x', length);
        capture.Append(Encoding.UTF8.GetBytes(text));

        Assert.Equal(text, capture.ToString());
    }

    [Theory]
    [InlineData("ä")]
    [InlineData("€")]
    [InlineData("😀")]
    public void No_character_is_broken_at_the_gap(string character)
    {
        for (var shift = 0; shift < 4; shift++)
        {
            var capture = new OutputCapture(2048);
            var bytes = Encoding.UTF8.GetBytes(new string('x', shift) + string.Concat(Enumerable.Repeat(character, 3000)) + new string('y', shift));
            capture.Append(bytes);

            var text = capture.ToString();
            var kept = Encoding.UTF8.GetByteCount(text.Split("\n[… ")[0]) + Encoding.UTF8.GetByteCount(text.Split("here …]\n")[1]);

            Assert.DoesNotContain('\uFFFD', text);
            Assert.Contains($"[… {bytes.Length - kept:N0} bytes", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_long_output_costs_no_more_memory_than_the_limit()
    {
        var capture = new OutputCapture(64 * 1024);
        var block = new byte[16 * 1024];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20_000; i++)
        {
            capture.Append(block);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 * 1024);
    }
}
