namespace IntegrationKit.Adapter;

/// <summary>How many stubs each mock had when the last test ended, so that those made before the reset are seen.</summary>
internal sealed class StubMarks
{
    private Dictionary<ExternalServiceMock, int> _marks = [];

    public void Take(TestInfrastructure infra) => _marks = Mocks(infra).ToDictionary(each => each, each => each.StubCount);

    /// <summary>The mistake, where stubs were made since, as a sentence; else null.</summary>
    public string? FindStrays(TestInfrastructure infra, Type testClass)
    {
        var strays = Mocks(infra)
            .Select(each => (each.Name, Count: each.StubCount - _marks.GetValueOrDefault(each, each.StubCount)))
            .Where(each => each.Count > 0)
            .Select(each => $"{each.Count} of '{each.Name}'")
            .ToArray();
        return strays.Length == 0
            ? null
            : $"Stubs were made before the reset of this test, which takes them away: {string.Join(", ", strays)}. " +
              $"The constructor of {testClass.Name} runs before the reset: make them in ArrangeAsync, which runs after it, or in the test.";
    }

    private static IEnumerable<ExternalServiceMock> Mocks(TestInfrastructure infra) => infra.Services.OfType<ExternalServiceMock>();
}
