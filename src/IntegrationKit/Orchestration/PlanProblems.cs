namespace IntegrationKit.Orchestration;

/// <summary>Finds every mistake in a description, so that a person fixes them in one go.</summary>
internal static class PlanProblems
{
    public static IReadOnlyList<string> Find(IReadOnlyList<Registration> registrations) =>
    [
        .. DuplicateNames(registrations),
        .. SharedObjects(registrations),
        .. ClashingAliases(registrations),
        .. UnregisteredDependencies(registrations),
        .. Cycles(registrations),
        .. registrations.SelectMany(each => each.Service.Validate().Select(problem => $"Service '{each.Name}': {problem}")),
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

    private static IEnumerable<string> UnregisteredDependencies(IReadOnlyList<Registration> registrations)
    {
        var known = registrations.Select(each => each.Service).ToHashSet();
        return from each in registrations
               from dependency in each.Service.Dependencies.Distinct()
               where !known.Contains(dependency)
               select $"Service '{each.Name}' refers to a {dependency.GetType().Name} that is not registered here. Register it too.";
    }

    private static List<string> Cycles(IReadOnlyList<Registration> registrations)
    {
        var finished = new HashSet<TestService>();
        var path = new List<TestService>();
        var found = new List<string>();
        var names = registrations.DistinctBy(each => each.Service).ToDictionary(each => each.Service, each => each.Name);
        foreach (var registration in registrations)
        {
            Visit(registration.Service);
        }

        return found;

        void Visit(TestService service)
        {
            var start = path.IndexOf(service);
            if (start >= 0)
            {
                found.Add($"The services wait for each other in a circle: {string.Join(" -> ", path[start..].Append(service).Select(s => names.GetValueOrDefault(s, s.Name)))}.");
                return;
            }

            if (!finished.Add(service))
            {
                return;
            }

            path.Add(service);
            foreach (var dependency in service.Dependencies.Distinct())
            {
                Visit(dependency);
            }

            path.RemoveAt(path.Count - 1);
        }
    }
}
