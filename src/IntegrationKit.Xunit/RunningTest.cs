using System.Reflection;

namespace IntegrationKit.Adapter;

/// <summary>A test that the package's framework runs.</summary>
internal sealed class RunningTest(ITest test, MethodInfo method, TestOutputHelper output, CancellationToken runCancellation) : TestHandle, IDisposable
{
    private static readonly AsyncLocal<RunningTest?> Flow = new();
    private readonly CancellationTokenSource _cancellation = CancellationTokenSource.CreateLinkedTokenSource(runCancellation);
    private readonly List<Func<bool, Task, Task>> _observers = [];

    /// <summary>The test that the calling code belongs to; null outside of tests.</summary>
    public static RunningTest? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    public override string Name => test.DisplayName;

    public override object Series => test.TestCase.TestMethod.TestClass.TestCollection.UniqueID;

    public override MethodInfo? Method => method;

    public override CancellationToken Cancellation => _cancellation.Token;

    public override bool HasFailed => Failed;

    public override FixtureLevels Levels => new(
        FixtureLevels.Named((test.TestCase.TestMethod.TestClass.TestCollection.CollectionDefinition as IReflectionTypeInfo)?.Type, typeof(ICollectionFixture<>)),
        [.. method.ReflectedType!.Assembly.GetCustomAttributes<AssemblyFixtureAttribute>().Select(each => each.Fixture)]);

    /// <summary>The part of the test that may run on after its time-out.</summary>
    public Task Body { get; set; } = Task.CompletedTask;

    public bool Failed { get; set; }

    /// <summary>Cancels what the test's code waits for.</summary>
    public void Cancel() => _cancellation.Cancel();

    public override void Write(string text)
    {
        try
        {
            output.WriteLine(text);
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException)
        {
            // The test has ended; a helper that is being closed has no bus.
        }
    }

    public override bool TryObserveEnd(Func<bool, Task, Task> ended)
    {
        _observers.Add(ended);
        return true;
    }

    public async Task EndAsync()
    {
        foreach (var each in _observers)
        {
            await each(Failed, Body).ConfigureAwait(true);
        }
    }

    public void Dispose()
    {
        _cancellation.Cancel();
        _cancellation.Dispose();
    }
}
