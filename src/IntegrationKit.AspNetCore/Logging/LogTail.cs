namespace IntegrationKit.AspNetCore;

/// <summary>What an application logged last as a warning or worse.</summary>
internal sealed class LogTail
{
    private const int Limit = 20;
    private const int LongestLine = 300;

    private readonly Queue<string> _lines = new();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public void Add(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        lock (_lines)
        {
            _lines.Enqueue(line.Length <= LongestLine ? line : line[..LongestLine] + "…");
            if (_lines.Count > Limit)
            {
                _lines.Dequeue();
            }
        }
    }
}
