using Npgsql;
using Respawn;

namespace IntegrationKit.Benchmarks.Resets;

/// <summary>Respawn, against the library's reset: the ratio says how often its time ours fits in. It brings no seed rows and no sequences back.</summary>
internal sealed class RespawnScenario : ResetScenario
{
    private NpgsqlConnection _connection = null!;
    private Respawner _respawner = null!;

    public override int Times => 60;

    public override async Task SetUpAsync()
    {
        await base.SetUpAsync();
        _connection = await Bare.OpenConnectionAsync();
        _respawner = await Respawner.CreateAsync(_connection, new() { DbAdapter = DbAdapter.Postgres, SchemasToInclude = ["public"] });
    }

    /// <summary>What is written for the one is measured is where Respawn works, so the two change places.</summary>
    public override Task PrepareAsync(bool ofFloor) => WriteAsync(ofFloor ? Measured : Bare);

    public override Task MeasuredAsync() => _respawner.ResetAsync(_connection);

    public override Task FloorAsync() => base.MeasuredAsync();

    public override async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await base.DisposeAsync();
    }
}
