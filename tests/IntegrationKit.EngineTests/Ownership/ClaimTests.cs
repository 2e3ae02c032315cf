using IntegrationKit.EngineTests.Engine.Support;
using IntegrationKit.Ownership;

namespace IntegrationKit.EngineTests.Ownership;

/// <summary>Containers that somebody else creates for this process.</summary>
public sealed class ClaimTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Release_removes_the_containers_of_a_claim_and_no_others()
    {
        await using var real = await RealEngine.ConnectAsync();
        var (ours, theirs) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));
        await CreateAsync(real, ours, ResourceLabels.Id);
        await CreateAsync(real, ours, ResourceLabels.Id);
        var otherClaim = await CreateAsync(real, theirs, ResourceLabels.Id);
        var otherSession = await CreateAsync(real, ours, "another");
        var ledger = new Ledger();
        ledger.Claim(ours);

        await ledger.ReleaseAsync(real.Api, Cancellation);

        var left = await real.Containers.ListAsync([real.RunLabel], Cancellation);
        Assert.Equal(new[] { otherClaim, otherSession }.Order(StringComparer.Ordinal), left.Select(each => each.Id).Order(StringComparer.Ordinal));
    }

    private static Task<string> CreateAsync(RealEngine real, string claim, string session)
    {
        var labels = new Dictionary<string, string>(real.Labels) { [ResourceLabels.IdLabel] = session, [ResourceLabels.ClaimLabel] = claim };
        return real.CreateAsync(real.Spec("true") with { Labels = labels });
    }
}
