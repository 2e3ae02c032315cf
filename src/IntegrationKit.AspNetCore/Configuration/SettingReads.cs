using System.Collections.Concurrent;

namespace IntegrationKit.AspNetCore;

/// <summary>Notes which keys an application asks its configuration for.</summary>
internal sealed class SettingReads
{
    // An application that asks for ever new keys must not fill the memory.
    private const int Limit = 20_000;

    [ThreadStatic]
    private static bool _isOff;

    private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.OrdinalIgnoreCase);
    private int _count;
    private bool _hasProgramBegun;

    /// <summary>Whether reads before <c>Build</c> were seen, so that a key that is not here has not been read.</summary>
    public bool IsComplete { get; private set; }

    public IEnumerable<string> Asked => _asked.Keys;

    /// <summary>The program's own code runs from here on.</summary>
    public void BeginProgram() => _hasProgramBegun = true;

    /// <summary>A builder notes the reads: the program's own, or one of the test host, which is made before the program runs.</summary>
    public void BeginNoting() => IsComplete |= _hasProgramBegun;

    public bool Has(string key) => _asked.ContainsKey(key);

    public void Note(string key)
    {
        if (!_isOff && _count < Limit && _asked.TryAdd(key, value: true))
        {
            Interlocked.Increment(ref _count);
        }
    }

    /// <summary>Looks at a configuration without noting it.</summary>
    public static T Unnoted<T>(Func<T> look)
    {
        _isOff = true;
        try
        {
            return look();
        }
        finally
        {
            _isOff = false;
        }
    }
}
