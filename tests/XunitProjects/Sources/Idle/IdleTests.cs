namespace Scenarios.Idle;

/// <summary>A project may have the package and tests that need nothing of it.</summary>
public sealed class IdleTests
{
    [Fact]
    public void Needs_nothing()
    {
    }
}
