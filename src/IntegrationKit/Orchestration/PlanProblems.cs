using IntegrationKit.Diagnostics;

namespace IntegrationKit.Orchestration;

/// <summary>Finds every mistake in a description, so that they can be fixed together.</summary>
internal static class PlanProblems
{
    /// <summary>Those that there are whether servers are shared or not.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<Registration> registrations) =>
        Find(registrations, new ServiceGraph(registrations), sharesServers: true);

    public static IReadOnlyList<string> Find(IReadOnlyList<Registration> registrations, ServiceGraph graph, bool sharesServers) =>
    [
        .. DuplicateNames(registrations),
        .. SharedObjects(registrations),
        .. ClashingAliases(registrations),
        .. ClashingPorts(registrations, sharesServers),
        .. graph.Problems,
        .. UnregisteredDependencies(registrations, graph),
        .. graph.FindCycles().Select(circle => $"The services wait for each other in a circle: {circle}."),
        .. registrations.SelectMany(Mistakes),
    ];

    private static IEnumerable<string> DuplicateNames(IReadOnlyList<Registration> registrations) =>
        from same in registrations.CountBy(each => each.Name)
        where same.Value > 1
        let types = registrations.Where(each => each.Name == same.Key).Select(each => each.Service.GetType().Name)
        select $"The name '{same.Key}' is registered {same.Value} times ({string.Join(", ", types)}). A name is unique in an infrastructure.";

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

    /// <summary>Fixed ports of the host that more than one server is to have. One that services share has it once.</summary>
    private static IEnumerable<string> ClashingPorts(IReadOnlyList<Registration> registrations, bool sharesServers) =>
        from each in registrations.DistinctBy(each => each.Service)
        from port in HostPortsOf(each.Service)
        group each by port into same
        where same.Count() > 1 && !(sharesServers && same.All(each => each.Service.MayShareServer) && same.Select(each => each.Service.GetType()).Distinct().Count() == 1)
        select FormattableString.Invariant($"The host port {same.Key} is asked for by {Text.Quoted(same.Select(s => s.Name))}. A port leads to one service: leave it unset for a free one, or choose another.");

    private static int[] HostPortsOf(TestService service)
    {
        try
        {
            return [.. service.FindHostPorts()];
        }
        catch (Exception)
        {
            // It is the user's code. Its Validate says what is wrong, or its start.
            return [];
        }
    }

    private static IEnumerable<string> UnregisteredDependencies(IReadOnlyList<Registration> registrations, ServiceGraph graph)
    {
        foreach (var each in registrations)
        {
            foreach (var dependency in graph.DependenciesOf(each.Service))
            {
                if (!graph.Contains(dependency))
                {
                    yield return $"Service '{each.Name}' refers to a {dependency.GetType().Name} that is not registered here. Register it too.";
                }
            }
        }
    }

    private static List<string> Mistakes(Registration registration)
    {
        try
        {
            var found = new List<string>();
            foreach (var problem in registration.Service.FindMistakes())
            {
                found.Add($"Service '{registration.Name}': {problem}");
            }

            return found;
        }
        catch (Exception e)
        {
            return [$"Service '{registration.Name}': its Validate threw {e.GetType().Name}: {Text.FirstLine(e.Message)}"];
        }
    }
}
