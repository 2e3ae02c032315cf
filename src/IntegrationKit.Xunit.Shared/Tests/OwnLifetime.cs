using System.Diagnostics;

namespace IntegrationKit.Adapter;

/// <summary>
/// Refuses a test class that implements xUnit's lifetime itself: it would replace that of its base class, which resets.
/// </summary>
internal static class OwnLifetime
{
    [StackTraceHidden]
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
