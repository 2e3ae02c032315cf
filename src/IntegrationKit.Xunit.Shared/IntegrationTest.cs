using System.Diagnostics;

namespace IntegrationKit;

/// <summary>
/// A test class with an infrastructure of its own, its class fixture. Before each test the infrastructure is reset. A class
/// that uses the fixture of its collection or its assembly derives from
/// <see cref="SharedIntegrationTest{TFixture}"/>.
/// </summary>
/// <typeparam name="TFixture">The fixture.</typeparam>
/// <param name="infra">The fixture, from xUnit.</param>
/// <param name="output">The test's output. Needed only with a test framework other than the package's.</param>
[method: StackTraceHidden]
public abstract class IntegrationTest<TFixture>(TFixture infra, ITestOutputHelper? output = null)
    : SharedIntegrationTest<TFixture>(infra, output), IClassFixture<TFixture>
    where TFixture : InfrastructureFixture;
