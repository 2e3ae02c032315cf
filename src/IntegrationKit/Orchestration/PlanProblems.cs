using IntegrationKit.Diagnostics;

namespace IntegrationKit.Orchestration;

/// <summary>Finds every mistake in a description, so that they can be fixed together.</summary>
internal static class PlanProblems
{
    public static IReadOnlyList<string> Find(IReadOnlyList<Registration> registrations) => Find(registrations, new ServiceGraph(registrations));

    public static IReadOnlyList<string> Find(IReadOnlyList<Registration> registrations, ServiceGraph graph) =>
    [
        .. DuplicateNames(registrations),
        .. SharedObjects(registrations),
        .. ClashingAliases(registrations),
        .. graph.Problems,
        .. UnregisteredDependencies(registrations, graph),
        .. graph.FindCycles().Select(circle => $"The services wait for each other in a circle: {circle}."),
        .. registrations.SelectMany(Mistakes),
    ];

    private static IEnumerable<string> DuplicateNames(IReadOnlyList<Registration> registrations) =>
        from each in registrations
        group each by each.Name into same
        where same.Count() > 1
        select $"The name '{same.Key}' is registered {same.Count()} times ({string.Join(", ", same.Select(s => s.Service.GetType().Name))}). A name is unique in an infrastructure.";

    private static IEnumerable<string> SharedObjects(IReadOnlyList<Registration> registrations) =>
        from each in registrations
        where !each.IsAdopted
        select $"The {each.Service.GetType().Name} registered as '{each.Name}' is registered as '{each.Service.Name}' already. A service object belongs to one infrastructure, once: make another one.";

    private static IEnumerable<string> ClashingAliases(IReadOnlyList<Registration> registrations) =>
        from each in registrations
        where each.Service.ExplicitAlias is not null
        group each by each.Service.ExplicitAlias into same
        where same.Count() > 1
        select $"The network alias '{same.Key}' is given to {Text.Quoted(same.Select(s => s.Name))}. An alias leads to one service.";

    private static IEnumerable<string> UnregisteredDependencies(IReadOnlyList<Registration> registrations, ServiceGraph graph) =>
        from each in registrations
        from dependency in graph.DependenciesOf(each.Service)
        where !graph.Contains(dependency)
        select $"Service '{each.Name}' refers to a {dependency.GetType().Name} that is not registered here. Register it too.";

    private static IEnumerable<string> Mistakes(Registration registration)
    {
        try
        {
            return [.. registration.Service.FindMistakes().Select(problem => $"Service '{registration.Name}': {problem}")];
        }
        catch (Exception e)
        {
            return [$"Service '{registration.Name}': its Validate threw {e.GetType().Name}: {Text.FirstLine(e.Message)}"];
        }
    }
}
