using System.Text;

namespace IntegrationKit.Watchdog;

/// <summary>How the owner ended.</summary>
internal enum OwnerEnd
{
    /// <summary>It said that it had removed everything.</summary>
    Clean,

    /// <summary>Its end of the pipe closed without that message: the operating system closes the pipe of a process that dies.</summary>
    Death,
}

/// <summary>The process that is watched, at the other end of two pipes.</summary>
internal sealed class Owner(Stream input, Stream output)
{
    private const string Stopped = "stopped";

    // Longer than any line that an owner sends.
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

    /// <summary>Tells the owner that it may make things.</summary>
    public void SayReady()
    {
        try
        {
            output.Write(Encoding.ASCII.GetBytes($"ready {Environment.ProcessId}\n"));
        }
        catch (IOException)
        {
            // It has died in the meantime; the next reading shows that.
        }
    }

    /// <summary>Blocks until the owner says that it has stopped, or dies. Uses no processor time while it waits.</summary>
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
            // A broken pipe means the same as a closed one.
        }

        return OwnerEnd.Death;
    }
}
