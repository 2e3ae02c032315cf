namespace IntegrationKit.Adapter;

/// <summary>How many stubs each mock had when the last test ended, so that stubs made before the next reset are noticed.</summary>
internal sealed class StubCounts
{
    private Dictionary<ExternalServiceMock, int> _counts = [];

    public void Take(TestInfrastructure infra) => _counts = Mocks(infra).ToDictionary(each => each, each => each.StubCount);

    /// <summary>The error message where stubs were made since then; else null.</summary>
    public string? FindEarlyStubs(TestInfrastructure infra, Type testClass)
    {
        var early = Mocks(infra)
            .Select(each => (each.Name, Count: each.StubCount - _counts.GetValueOrDefault(each, each.StubCount)))
            .Where(each => each.Count > 0)
            .Select(each => $"{each.Count} of '{each.Name}'")
            .ToArray();
        return early.Length == 0
            ? null
            : $"Stubs were made before the reset of this test, which removes them: {string.Join(", ", early)}. " +
              $"The constructor of {testClass.Name} runs before the reset: make them in ArrangeAsync, which runs after it, or in the test.";
    }

    private static IEnumerable<ExternalServiceMock> Mocks(TestInfrastructure infra) => infra.Services.OfType<ExternalServiceMock>();
}
