namespace IntegrationKit.Adapter;

/// <summary>The types of the fixtures of a collection and of the assembly.</summary>
internal sealed record FixtureLevels(IReadOnlyCollection<Type> Collection, IReadOnlyCollection<Type> Assembly)
{
    public static FixtureLevels None { get; } = new([], []);

    /// <summary>The type arguments of a generic interface that a type implements, such as IClassFixture.</summary>
    public static IReadOnlyCollection<Type> Named(Type? type, Type genericInterface) =>
        [.. (type?.GetInterfaces() ?? []).Where(each => each.IsGenericType && each.GetGenericTypeDefinition() == genericInterface).Select(each => each.GenericTypeArguments[0])];

    /// <summary>The error message where a fixture belongs to several levels, each of which would have its own; else null.</summary>
    public string? FindConflict(Type testClass, Type fixture)
    {
        string?[] levels =
        [
            Named(testClass, typeof(IClassFixture<>)).Contains(fixture) ? $"class {testClass.Name} (IClassFixture, which IntegrationTest<{fixture.Name}> adds)" : null,
            Collection.Contains(fixture) ? "its collection (ICollectionFixture)" : null,
            Assembly.Contains(fixture) ? "the assembly (AssemblyFixture)" : null,
        ];
        var named = levels.OfType<string>().ToArray();
        return named.Length < 2
            ? null
            : $"{fixture.Name} is a fixture of {string.Join(" and of ", named)}, so it would be started once for each. " +
              $"Derive {testClass.Name} from SharedIntegrationTest<{fixture.Name}>, which uses the shared one, or remove it from the other levels.";
    }
}
