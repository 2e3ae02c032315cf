using IntegrationKit.Tests.Orchestration.Support;

namespace IntegrationKit.Tests.Orchestration;

/// <summary>What services do to each other during their starts belongs to the baseline.</summary>
public sealed class StartBaselineTests
{
    private readonly Journal _journal = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAllAsync_captures_what_others_have_used_when_all_are_ready()
    {
        var (database, application) = Pair();
        await using var infra = new TestInfrastructure().Register("database", database).Register("application", application);

        await infra.StartAllAsync(Cancellation);

        Assert.Equal(["start database", "ready database", "start application", "ready application", "capture database"], _journal.Entries);
    }

    [Theory]
    [InlineData("database")]
    [InlineData("application")]
    public async Task StartAsync_captures_only_what_it_has_started_together_with_a_user(string first)
    {
        var (database, application) = Pair();
        await using var infra = new TestInfrastructure().Register("database", database).Register("application", application);
        await infra.StartAsync(first, Cancellation);
        var captures = _journal.Count("capture database");

        // A test may have used the database before.
        await infra.StartAllAsync(Cancellation);

        Assert.Equal(first == "application" ? 1 : 0, captures);
        Assert.Equal(captures, _journal.Count("capture database"));
    }

    [Fact]
    public async Task StartAllAsync_what_cannot_be_captured_fails_the_start_and_is_named()
    {
        var (database, application) = Pair();
        database.OnCapture = _ => throw new IOException("locked by an open transaction");
        await using var infra = new TestInfrastructure().Register("database", database).Register("application", application);

        var error = await Assert.ThrowsAsync<ServiceStartException>(() => infra.StartAllAsync(Cancellation));

        Assert.Equal("database", error.ServiceName);
        Assert.Contains("locked by an open transaction", error.Message, StringComparison.Ordinal);
        Assert.Contains("its baseline", error.WaitingFor, StringComparison.Ordinal);
        Assert.Equal("was ready, and was stopped", error.OtherServices["application"]);
        Assert.Equal((ServiceState.Stopped, ServiceState.Stopped), (database.State, application.State));
    }

    private (ResettableService Database, ResettableService Application) Pair()
    {
        var database = new ResettableService(_journal);
        return (database, new ResettableService(_journal) { DependsOn = [database] });
    }
}
