using System.Reflection;

namespace IntegrationKit.Adapter;

/// <summary>A test that another framework runs. Only its class is known, and its output if the class passes that on.</summary>
internal sealed class UnknownTest(Type testClass, ITestOutputHelper? output) : TestHandle
{
    public override string Name => $"a test of {testClass.Name}";

    /// <summary>The classes of a collection run one after another.</summary>
    public override object Series =>
        testClass.GetCustomAttributesData().FirstOrDefault(each => each.AttributeType == typeof(CollectionAttribute))?.ConstructorArguments[0].Value ?? testClass;

    public override MethodInfo? Method => null;

    public override CancellationToken Cancellation => CancellationToken.None;

    public override bool HasFailed => false;

    public override FixtureLevels Levels => FixtureLevels.None;

    public override void Write(string text)
    {
        try
        {
            output?.WriteLine(text);
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException)
        {
            // The test has ended.
        }
    }
}
