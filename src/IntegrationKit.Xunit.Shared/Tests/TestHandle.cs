using System.Reflection;

namespace IntegrationKit.Adapter;

/// <summary>What the adapter knows of the test that runs, whichever version of xUnit runs it.</summary>
internal abstract class TestHandle
{
    /// <summary>The name that a report shows.</summary>
    public abstract string Name { get; }

    /// <summary>What xUnit runs one test after another: tests of equal series never overlap, unless one has timed out.</summary>
    public abstract object Series { get; }

    /// <summary>The test's method; null where it is not known.</summary>
    public abstract MethodInfo? Method { get; }

    /// <summary>Cancelled by the test's time-out and by the end of the run.</summary>
    public abstract CancellationToken Cancellation { get; }

    /// <summary>Whether the test is known to have failed.</summary>
    public abstract bool HasFailed { get; }

    /// <summary>The fixtures that the test's collection and its assembly bring along.</summary>
    public abstract FixtureLevels Levels { get; }

    /// <summary>Writes to the test's output. Dropped where the test is over.</summary>
    public abstract void Write(string text);

    /// <summary>
    /// Asks to be told of the test's end, before its output is collected: whether it failed, and the part of it that may
    /// still run. False where nobody tells; then the test class says so itself.
    /// </summary>
    public virtual bool TryObserveEnd(Func<bool, Task, Task> ended) => false;

    /// <summary>Asks to be told when the test is reported while it still runs.</summary>
    public virtual void ObserveAbandonment(Action abandoned)
    {
    }
}
