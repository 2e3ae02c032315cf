using Microsoft.Extensions.Logging;

namespace IntegrationKit.AspNetCore;

/// <summary>What an application logged last as a warning or worse.</summary>
internal sealed class LogTail
{
    private const int Limit = 20;
    private const int LongestLine = 300;

    private readonly Queue<string> _lines = new();
    private Exception? _lastException;
    private bool _isEnding;

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

    /// <summary>The last error before the host began to end, on one line; null where there was none.</summary>
    public string? LastError { get; private set; }

    public void Add(LogLevel level, string text, Exception? exception)
    {
        var line = text.ReplaceLineEndings(" ");
        lock (_lines)
        {
            _lines.Enqueue(Cut($"{level}: {line}"));
            if (_lines.Count > Limit)
            {
                _lines.Dequeue();
            }

            // Hosting logs the same exception once more to say that it stops: the first line says where it comes from.
            if (level >= LogLevel.Error && !_isEnding && (exception is null || exception != _lastException))
            {
                (LastError, _lastException) = (Cut(line), exception);
            }
        }
    }

    /// <summary>The host begins to end: errors from here on come from that.</summary>
    public void NoteEnding()
    {
        lock (_lines)
        {
            _isEnding = true;
        }
    }

    private static string Cut(string line) => line.Length <= LongestLine ? line : line[..LongestLine] + "…";
}
