using System.Globalization;
using System.Text;

namespace IntegrationKit.Adapter;

/// <summary>What a failed test shows of its infrastructure.</summary>
internal sealed class Evidence
{
    private const int MaxLines = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly StringBuilder _problems = new();
    private readonly Dictionary<string, LogTail> _logs = new(StringComparer.Ordinal);
    private volatile bool _isChecked;
    private volatile bool _isRead;

    private Evidence()
    {
    }

    /// <summary>
    /// Which services do not run, and the last 200 lines that each server has logged for this fixture since a moment. Takes
    /// 5 s at most; what could not be read by then is named.
    /// </summary>
    public static async Task<string> CollectAsync(TestInfrastructure infra, DateTimeOffset since, TimeProvider time)
    {
        var evidence = new Evidence();
        var cancellation = new CancellationTokenSource();
        var token = cancellation.Token;

        // On another thread and not only by its token, so that the limit holds for a service that blocks or ignores it.
        var reading = OwnThread.RunAsync(() => evidence.ReadAsync(infra, since, token));
        await reading.WaitAsync(Limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (reading.IsCompleted)
        {
            cancellation.Dispose();
        }
        else
        {
            _ = cancellation.CancelAsync();
            evidence.AddUnfinished();
        }

        return evidence.Write();
    }

    private void AddUnfinished()
    {
        var limit = string.Create(CultureInfo.InvariantCulture, $"within {Limit.TotalSeconds} s.");
        if (!_isChecked)
        {
            AddProblem($"Whether every service runs and answers could not be found out {limit}");
        }

        if (!_isRead)
        {
            AddProblem($"The logs could not be read to the end {limit}");
        }
    }

    private Task ReadAsync(TestInfrastructure infra, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.WhenAll(CheckAsync(infra, cancellationToken), ReadLogsAsync(infra, since, cancellationToken));

    private async Task CheckAsync(TestInfrastructure infra, CancellationToken cancellationToken)
    {
        try
        {
            await infra.CheckAllAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            AddProblem(e.Message);
        }

        _isChecked = true;
    }

    private async Task ReadLogsAsync(TestInfrastructure infra, DateTimeOffset since, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (service, line) in infra.ReadLogsAsync(since, cancellationToken).ConfigureAwait(false))
            {
                AddLine(service, line.Text);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            AddProblem($"The logs could not be read to the end: {e.Message}");
        }

        _isRead = true;
    }

    private void AddProblem(string problem)
    {
        lock (_gate)
        {
            _problems.AppendLine(problem);
        }
    }

    private void AddLine(string service, string line)
    {
        lock (_gate)
        {
            if (!_logs.TryGetValue(service, out var log))
            {
                _logs[service] = log = new();
            }

            log.Add(line);
        }
    }

    private string Write()
    {
        lock (_gate)
        {
            var text = new StringBuilder().Append(_problems);
            foreach (var (service, log) in _logs)
            {
                text.AppendLine($"--- The log of '{service}' during this test{log.LeftOut}:").AppendJoin(Environment.NewLine, log.Lines).AppendLine();
            }

            return text.ToString().TrimEnd();
        }
    }

    private sealed class LogTail
    {
        private const int LongestLine = 2000;

        private readonly Queue<string> _lines = [];
        private int _count;

        public IEnumerable<string> Lines => _lines;

        public string LeftOut => _count > MaxLines ? $", the last {MaxLines} of {_count} lines" : "";

        public void Add(string line)
        {
            _count++;
            _lines.Enqueue(Cut(line));
            if (_lines.Count > MaxLines)
            {
                _lines.Dequeue();
            }
        }

        private static string Cut(string line) => line.Length <= LongestLine
            ? line
            : string.Create(CultureInfo.InvariantCulture, $"{line.AsSpan(0, LongestLine)}… ({line.Length - LongestLine:N0} more characters)");
    }
}
