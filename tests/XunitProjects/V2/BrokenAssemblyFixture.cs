using Xunit.Abstractions;

[assembly: AssemblyFixture(typeof(Scenarios.Mocks.BrokenAssemblyFixture))]
[assembly: AssemblyFixture(typeof(Scenarios.Mocks.NotedAssemblyFixture))]

namespace Scenarios.Mocks;

/// <summary>Only in v2, where those tests fail that ask for it. In v3 it would fail every test.</summary>
public sealed class BrokenAssemblyFixture : IAsyncLifetime
{
    public Task InitializeAsync() => throw new NotSupportedException("Not made.");

    public Task DisposeAsync() => Task.CompletedTask;
}

public sealed class NotedAssemblyFixture : IAsyncLifetime, IDisposable
{
    public Task InitializeAsync()
    {
        Journal.Note("assembly fixture made");
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        Journal.Note("assembly fixture disposed");
        return Task.CompletedTask;
    }

    public void Dispose() => Journal.Note("assembly fixture gone");
}

public sealed class AsksForBrokenTests(BrokenAssemblyFixture fixture)
{
    [Fact]
    public void Fails() => Assert.Null(fixture);
}

public sealed class ClassFixtureAboveBroken(BrokenAssemblyFixture fixture)
{
    public BrokenAssemblyFixture Fixture => fixture;
}

public sealed class AsksThroughClassFixtureTests(ClassFixtureAboveBroken fixture) : IClassFixture<ClassFixtureAboveBroken>
{
    [Fact]
    public void Fails() => Assert.Null(fixture);
}

public sealed class AsksForNotedTests(NotedAssemblyFixture fixture, ITestOutputHelper output)
{
    [Fact]
    public void Passes()
    {
        output.WriteLine("The output of the constructor's helper.");
        Assert.NotNull(fixture);
    }
}
