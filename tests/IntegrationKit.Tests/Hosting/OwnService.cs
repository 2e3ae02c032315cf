namespace IntegrationKit.Tests.Hosting;

public enum Speed
{
    Slow,
    Fast,
}

/// <summary>A service as a user would write one, with an address of each kind.</summary>
public sealed class OwnService : TestService
{
    public string? Topic { get; init; }

    public Speed Speed { get; init; }

    public double Ratio { get; init; } = 0.5;

    public Uri? Upstream { get; init; }

    public long Limit { get => field; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), "A limit is not negative."); }

    public Func<int>? Callback { get; init; }

    public Exception? FailsWith { get; init; }

    public int Starts { get; private set; }

    public string ConnectionString => $"own://{Name}/{GetRun<Started>().Number}";

    protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken)
    {
        Starts++;
        return FailsWith is null ? Task.FromResult<ServiceRun>(new Started(Starts)) : Task.FromException<ServiceRun>(FailsWith);
    }

    private sealed class Started(int number) : ServiceRun
    {
        public int Number => number;

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>A service whose author forgot that its address may be read too early.</summary>
public sealed class CarelessService : TestService
{
    public string? ConnectionString => "careless://";

    public Uri? BaseAddress { get; init; }

    protected override Task<ServiceRun> StartAsync(StartContext start, CancellationToken cancellationToken) => Task.FromResult<ServiceRun>(new Started());

    private sealed class Started : ServiceRun
    {
        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
