namespace IntegrationKit.Benchmarks.Adapters;

/// <summary>
/// What a test costs besides its body, with a fixture of which nothing is used. The floor is the same class without the adapter. Beside
/// it stands what a test costs that writes to a database, a Redis and a mock, which are then reset.
/// </summary>
internal sealed class AdapterScenario : Scenario
{
    private readonly TestInfrastructure _kept = new(new TestInfrastructureOptions { ShareServers = true });
    private TestRunner _bare = null!;
    private TestRunner _idle = null!;
    private TestRunner _using = null!;
    private double _taken;

    public override int Times => 20;

    public override double? Taken => _taken;

    /// <summary>Keeps the servers, so that each run starts no more than its slices.</summary>
    public override async Task SetUpAsync()
    {
        await _kept.Register("postgres", IdleFixture.MakePostgres()).Register("redis", new RedisService()).StartAllAsync();
        _bare = await TestRunner.FindAsync(typeof(BareTests));
        _idle = await TestRunner.FindAsync(typeof(IdleTests));
        _using = await TestRunner.FindAsync(typeof(UsingTests));
    }

    public override async Task PrepareAsync(bool ofFloor)
    {
        if (ofFloor)
        {
            await _using.RunAsync();
            await UsedFixture.DisconnectAsync();
            Note("touched_ms", TestGaps.Take());
        }
    }

    public override async Task MeasuredAsync()
    {
        await _idle.RunAsync();
        _taken = TestGaps.Take();
        Note("untouched_ms", _taken);
    }

    public override async Task FloorAsync()
    {
        await _bare.RunAsync();
        _taken = TestGaps.Take();
    }

    public override async ValueTask DisposeAsync()
    {
        await _kept.DisposeAsync();
        await TestInfrastructure.StopSharedServersAsync();
    }
}
