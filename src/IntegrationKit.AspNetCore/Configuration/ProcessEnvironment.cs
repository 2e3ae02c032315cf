using System.Collections;

namespace IntegrationKit.AspNetCore;

/// <summary>
/// Environment variables belong to the whole process: one start at a time may set its own, until it sets the old ones back.
/// </summary>
internal sealed class ProcessEnvironment : IDisposable
{
    private static readonly SemaphoreSlim Turn = new(1, 1);

    private readonly Dictionary<string, string?> _before = new(StringComparer.Ordinal);
    private int _isOver;

    private ProcessEnvironment()
    {
    }

    /// <summary>Waits for the turn and sets the variables.</summary>
    public static async Task<ProcessEnvironment> SetAsync(IEnumerable<KeyValuePair<string, string>> variables, CancellationToken cancellationToken)
    {
        await Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        var environment = new ProcessEnvironment();
        try
        {
            environment.Set(variables.ToArray());
            return environment;
        }
        catch
        {
            environment.Dispose();
            throw;
        }
    }

    /// <summary>Sets the old variables back and lets the next start have its turn. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            foreach (var (name, value) in _before)
            {
                Environment.SetEnvironmentVariable(name, value);
            }

            Turn.Release();
        }
    }

    private void Set(KeyValuePair<string, string>[] variables)
    {
        // Names differ by case on some systems, configuration keys on none: another spelling would compete.
        var names = variables.Select(each => each.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var present in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(each => (string)each.Key).Where(names.Contains))
        {
            _before[present] = Environment.GetEnvironmentVariable(present);
            Environment.SetEnvironmentVariable(present, value: null);
        }

        foreach (var (name, value) in variables)
        {
            _before.TryAdd(name, value: null);
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
