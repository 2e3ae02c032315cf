using System.Text;

namespace IntegrationKit.Watchdog;

/// <summary>How the owner ended.</summary>
internal enum OwnerEnd
{
    /// <summary>It said that it had removed everything.</summary>
    Clean,

    /// <summary>Its end of the pipe closed without a word: the operating system does that for a process that dies.</summary>
    Death,
}

/// <summary>The process that is watched over, at the other end of two pipes.</summary>
internal sealed class Owner(Stream input, Stream output)
{
    private const string Stopped = "stopped";

    // Longer than any line of ours.
    private readonly byte[] _buffer = new byte[4096];
    private int _length;

    /// <summary>The next line, or null where the pipe ended before it did.</summary>
    public string? ReadLine()
    {
        while (true)
        {
            var end = Array.IndexOf(_buffer, (byte)'\n', 0, _length);
            if (end >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, 0, end);
                _length -= end + 1;
                Array.Copy(_buffer, end + 1, _buffer, 0, _length);
                return line;
            }

            var read = input.Read(_buffer, _length, _buffer.Length - _length);
            if (read == 0)
            {
                return null;
            }

            _length += read;
        }
    }

    /// <summary>From here on the owner may make things.</summary>
    public void SayReady()
    {
        try
        {
            output.Write(Encoding.ASCII.GetBytes($"ready {Environment.ProcessId}\n"));
        }
        catch (IOException)
        {
            // It has died meanwhile, which the reading end tells.
        }
    }

    /// <summary>Blocks until the owner says goodbye or dies; costs nothing meanwhile.</summary>
    public OwnerEnd WaitForItsEnd()
    {
        try
        {
            while (ReadLine() is { } line)
            {
                if (line == Stopped)
                {
                    return OwnerEnd.Clean;
                }
            }
        }
        catch (IOException)
        {
            // A pipe that breaks ends like one that closes.
        }

        return OwnerEnd.Death;
    }
}
