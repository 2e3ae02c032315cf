using System.Reflection;

namespace IntegrationKit.Adapter;

/// <summary>What the adapter knows of the running test, in any version of xUnit.</summary>
internal abstract class TestHandle
{
    /// <summary>The name that a report shows.</summary>
    public abstract string Name { get; }

    /// <summary>xUnit runs tests of equal series one after another; they overlap only where one has timed out.</summary>
    public abstract object Series { get; }

    /// <summary>The test's method; null where it is not known.</summary>
    public abstract MethodInfo? Method { get; }

    /// <summary>Cancelled by the test's time-out and by the end of the run.</summary>
    public abstract CancellationToken Cancellation { get; }

    /// <summary>Whether the test is known to have failed.</summary>
    public abstract bool HasFailed { get; }

    /// <summary>The fixtures of the test's collection and of its assembly.</summary>
    public abstract FixtureLevels Levels { get; }

    /// <summary>Writes to the test's output. After the test's end it does nothing.</summary>
    public abstract void Write(string text);

    /// <summary>
    /// Calls back at the test's end, before its output is collected, with whether it failed and the part of it that may
    /// still run. Returns false where the end cannot be observed; then the test class has to say so itself.
    /// </summary>
    public virtual bool TryObserveEnd(Func<bool, Task, Task> ended) => false;

    /// <summary>Calls back when xUnit cancels the test, whose output is then collected while the test may still run.</summary>
    public virtual void ObserveCancellation(Action cancelled)
    {
    }
}
