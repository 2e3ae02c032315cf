using System.Text;
using IntegrationKit.Engine;

namespace IntegrationKit.Tests.Engine;

public sealed class LogLineSplitterTests
{
    private const int Longest = LogLineSplitter.LongestLine;

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("\n", new[] { "" })]
    [InlineData("one\ntwo\n", new[] { "one", "two" })]
    [InlineData("one\r\ntwo", new[] { "one", "two" })]
    [InlineData("\n\r\nlast\r", new[] { "", "", "last" })]
    [InlineData("a\rb\nä€😀\n", new[] { "a\rb", "ä€😀" })]
    public void Lines_are_the_same_however_the_bytes_arrive(string text, string[] expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var size = 1; size <= bytes.Length + 1; size++)
        {
            Assert.Equal(expected, Split(bytes, size));
        }
    }

    [Fact]
    public void Line_of_the_greatest_length_stays_whole_with_any_end()
    {
        var line = new string('x', Longest);

        foreach (var size in new[] { 1, 7, 16 * 1024, Longest * 2 })
        {
            Assert.Equal([line, "y"], Split(Encoding.UTF8.GetBytes(line + "\ny"), size));
            Assert.Equal([line, "y"], Split(Encoding.UTF8.GetBytes(line + "\r\ny\r\n"), size));
            Assert.Equal([line], Split(Encoding.UTF8.GetBytes(line), size));
        }
    }

    [Fact]
    public void Longer_line_is_split_into_pieces_between_characters()
    {
        var line = new string('€', Longest);
        foreach (var size in new[] { 1, 4096, Longest * 3 })
        {
            var pieces = Split(Encoding.UTF8.GetBytes(line + "\nend\n"), size);

            Assert.Equal(line, string.Concat(pieces[..^1]));
            Assert.Equal("end", pieces[^1]);
            Assert.All(pieces[..^2], piece => Assert.InRange(Encoding.UTF8.GetByteCount(piece), Longest - 3, Longest));
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_become_replacement_characters()
    {
        Assert.Equal(["a\uFFFDb"], Split([(byte)'a', 0xFF, (byte)'b', (byte)'\n'], 1));
        Assert.All(Split([.. Enumerable.Repeat((byte)0x80, Longest + 10)], 999), piece => Assert.DoesNotContain(piece, c => c != '\uFFFD'));
    }

    private static List<string> Split(byte[] bytes, int size)
    {
        var splitter = new LogLineSplitter(isError: true);
        var lines = new Queue<LogLine>();
        foreach (var part in bytes.Chunk(size))
        {
            splitter.Append(part, lines);
        }

        splitter.Finish(lines);
        Assert.All(lines, line => Assert.True(line.IsError));
        return [.. lines.Select(line => line.Text)];
    }
}
