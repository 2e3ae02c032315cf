namespace OrderSample.Demo;

/// <summary>The few assertions that the demonstration needs. In a test project, use those of your framework.</summary>
internal static class Check
{
    public static void That(bool condition, string expectation)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"Expected: {expectation}");
        }
    }

    public static void Equal(object? expected, object? actual) => That(Equals(expected, actual), $"{expected ?? "null"}, got: {actual ?? "null"}");

    public static async Task<TException> ThrowsAsync<TException>(Func<Task> action)
        where TException : Exception
    {
        try
        {
            await action();
        }
        catch (TException expected)
        {
            return expected;
        }

        throw new InvalidOperationException($"Expected: a {typeof(TException).Name}");
    }
}
