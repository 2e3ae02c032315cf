namespace IntegrationKit;

/// <summary>
/// A fixture that all tests of the assembly share. It is created before the first test and disposed after the last one. Test
/// classes, collection fixtures and class fixtures get it by a constructor parameter; where it could not be created, each
/// that asks for it fails with the reason. Needs <see cref="IntegrationKitTestFramework"/>.
/// </summary>
/// <param name="fixture">The fixture's type: one public constructor, without parameters or with an <c>IMessageSink</c>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class AssemblyFixtureAttribute(Type fixture) : Attribute
{
    /// <summary>The fixture's type.</summary>
    public Type Fixture { get; } = fixture;
}
