using System.Globalization;
using IntegrationKit.Diagnostics;
using IntegrationKit.Engine;

namespace IntegrationKit.Tests.Diagnostics;

/// <summary>Messages are the same in every culture.</summary>
public sealed class CultureTests : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public CultureTests()
    {
        // As de-DE writes decimals and fa-IR the sign. The tests know no culture but the invariant one.
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = ",";
        other.NumberFormat.NegativeSign = "\u2212";
        CultureInfo.CurrentCulture = other;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _before;

    [Fact]
    public void The_culture_of_these_tests_is_another_one() => Assert.Equal("\u22121,5", $"{-1.5}");

    [Fact]
    public async Task Configuration_problems_are_the_same()
    {
        await using var infra = new TestInfrastructure()
            .Register("container", new ContainerService("web:1") { Port = -2, Ports = [new PublishedPort(-3, -4)] })
            .Register("without", new ContainerService("web:1") { Port = -5 })
            .Register("mock", new ExternalServiceMock { Port = -6, UnmatchedStatus = -7, MaxRequests = -8 });

        var error = await Assert.ThrowsAsync<InfrastructureConfigurationException>(() => infra.StartAllAsync(TestContext.Current.CancellationToken));

        string[] expected =
        [
            "Ports has -3 on host port -4;", "Port is -5, but Ports is empty", "Port is -6;", "UnmatchedStatus is -7;", "MaxRequests is -8;",
        ];
        Assert.All(expected, each => Assert.Contains(each, error.Message, StringComparison.Ordinal));
        var options = Assert.Throws<ArgumentException>(() => new TestInfrastructure(new() { MaxParallelism = -1 }));
        Assert.StartsWith("MaxParallelism is -1;", options.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Failed_start_is_the_same()
    {
        var evidence = new StartEvidence
        {
            Attempts = [new(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2.5), "no")],
            Container = new("0123456789abcdef", "web:1", "exited", -1, EndedAt: null, OutOfMemory: false, Health: null, new Dictionary<int, int> { [80] = 49153 }, ["FATAL: no"]),
        };

        var error = new ServiceStartException("web", TimeSpan.FromSeconds(1.25), new ContainerExitedException(-1, outOfMemory: false), evidence, new Dictionary<string, string>());

        Assert.Equal(
            """
            Service 'web' could not be started (1.25 s). Its container exited with code -1.
              Likely cause Its program ended with code -1, saying: FATAL: no. Correct that in Environment, Command or the image.
              Attempts     1
                at 1.5 s    no (2.5 s)
              Container    web:1 (0123456789ab), exited, exit code -1
              Ports        80 -> 49153
              Last log
                FATAL: no
            """,
            error.Message,
            ignoreLineEndingDifferences: true);
        Assert.Contains("(exit code -1)", new ContainerExitedException(-1, outOfMemory: true).Message, StringComparison.Ordinal);
        Assert.Contains("exit code -1,", new ScriptException("a.sql", -1, string.Empty).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Engine_that_does_not_answer_is_the_same() =>
        Assert.Equal("no answer within 1.5 s", EndpointFailure.Explain(new OperationCanceledException(), TimeSpan.FromSeconds(1.5)));
}
