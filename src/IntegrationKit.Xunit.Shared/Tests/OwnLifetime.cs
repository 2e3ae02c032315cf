namespace IntegrationKit.Adapter;

/// <summary>
/// A test class that implements xUnit's lifetime anew takes it from its base class, so that nothing would be reset.
/// </summary>
internal static class OwnLifetime
{
    public static void ThrowIfReplaced(Type testClass)
    {
        foreach (var each in new[] { typeof(IAsyncLifetime), typeof(LifetimeEnd) })
        {
            if (testClass.GetInterfaceMap(each).TargetMethods.Any(method => !IsOurs(method.DeclaringType!)))
            {
                throw new InvalidOperationException(
                    $"{testClass.Name} implements {each.Name} itself, in place of its base class, so nothing would be reset: " +
                    "override ArrangeAsync and CleanUpAsync instead.");
            }
        }
    }

    private static bool IsOurs(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(SharedIntegrationTest<>);
}
