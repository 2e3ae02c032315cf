using System.Collections.Concurrent;
using IntegrationKit.EngineTests.Support;

namespace IntegrationKit.EngineTests.Faults;

/// <summary>Collects the errors of the library's tasks that nobody has observed.</summary>
internal sealed class UnobservedErrors : IDisposable
{
    private readonly ConcurrentBag<Exception> _errors = [];

    public UnobservedErrors() => TaskScheduler.UnobservedTaskException += Note;

    public async Task AssertNoneAsync()
    {
        await Task.Run(CollectGarbage, Kit.Cancellation);
        Assert.Empty(_errors);
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    /// <summary>To be run apart: a method that awaits keeps what it has awaited.</summary>
    private static void CollectGarbage()
    {
        for (var i = 0; i < 30; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>The sockets of the tests leave some, too.</summary>
    private void Note(object? sender, UnobservedTaskExceptionEventArgs unobserved)
    {
        if (!unobserved.Exception.ToString().Contains("at IntegrationKit.EngineTests", StringComparison.Ordinal))
        {
            _errors.Add(unobserved.Exception);
        }
    }
}
