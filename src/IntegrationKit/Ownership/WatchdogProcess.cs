using System.Diagnostics;

namespace IntegrationKit.Ownership;

/// <summary>The watchdog's process and the pipes to it. Nothing here blocks its caller or throws.</summary>
internal sealed class WatchdogProcess
{
    private const int LongestAnswer = 256;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<string?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<WatchdogCommand> _findCommand;
    private string _unsent = string.Empty;
    private StreamWriter? _input;
    private bool _isClosed;

    private WatchdogProcess(Func<WatchdogCommand> findCommand) => _findCommand = findCommand;

    /// <summary>Its first line, or null where it ended without one. Fails where it could not be started.</summary>
    public Task<string?> Answer => _answer.Task;

    /// <summary>Completes when the process has ended, or could not be started. Never fails.</summary>
    public Task Ended => _ended.Task;

    public static WatchdogProcess Start(Func<WatchdogCommand> findCommand)
    {
        var watchdog = new WatchdogProcess(findCommand);

        // A thread of its own, since it blocks as long as the process lives, and the thread pool is small when a program starts.
        new Thread(watchdog.Run) { IsBackground = true, Name = "IntegrationKit watchdog" }.Start();
        return watchdog;
    }

    /// <summary>Sends a line, as soon as the process runs.</summary>
    public void Send(string line)
    {
        lock (_gate)
        {
            _unsent += line + "\n";
            Flush();
        }
    }

    /// <summary>Closes the pipe, after everything has been sent.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Flush();
        }
    }

    private void Run()
    {
        try
        {
            using var process = Process.Start(WatchdogStartInfo.Of(_findCommand()))!;
            lock (_gate)
            {
                _input = process.StandardInput;
                Flush();
            }

            ReadAnswer(process.StandardOutput);
        }
        catch (Exception e)
        {
            _answer.TrySetException(e);
            _ = _answer.Task.Exception;
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>Its first line is the answer; the end of its output is its own end.</summary>
    private void ReadAnswer(StreamReader output)
    {
        Span<char> buffer = stackalloc char[LongestAnswer];
        var length = 0;
        while (output.Read(buffer[length..]) is > 0 and var count)
        {
            length += count;
            var end = buffer[..length].IndexOf('\n');
            if (end >= 0 || length == buffer.Length)
            {
                // What follows is not needed.
                _answer.TrySetResult(new string(buffer[..(end >= 0 ? end : length)]).TrimEnd('\r'));
                length = 0;
            }
        }

        _answer.TrySetResult(length > 0 ? new string(buffer[..length]) : null);
    }

    private void Flush()
    {
        if (_input is null)
        {
            return;
        }

        try
        {
            _input.Write(_unsent);
            _input.Flush();
            _unsent = string.Empty;
            if (_isClosed)
            {
                _input.Dispose();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process has ended; whoever reads its output learns that.
        }
    }
}
