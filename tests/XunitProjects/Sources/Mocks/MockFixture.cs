namespace Scenarios.Mocks;

/// <summary>Needs no engine.</summary>
public class MockFixture : InfrastructureFixture
{
    public ExternalServiceMock Payments { get; } = new();

    public async Task<int> AskAsync(string path)
    {
        using var client = new HttpClient();
        return (int)(await client.GetAsync(new Uri(Payments.BaseAddress, path))).StatusCode;
    }

    protected override void Configure(TestInfrastructure infra) => infra.Register("payments", Payments);

    protected override Task SeedAsync(CancellationToken cancellationToken)
    {
        Payments.When("GET", "/seeded").Respond(200);
        return Task.CompletedTask;
    }
}
