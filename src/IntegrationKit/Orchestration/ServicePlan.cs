namespace IntegrationKit.Orchestration;

/// <summary>The registered services in an order in which each comes after all that it depends on.</summary>
internal sealed class ServicePlan
{
    private ServicePlan(IReadOnlyList<PlannedService> services) => Services = services;

    public IReadOnlyList<PlannedService> Services { get; }

    /// <summary>Orders the services, or says every mistake that it finds.</summary>
    /// <exception cref="InfrastructureConfigurationException">Something is wrong with the description.</exception>
    public static ServicePlan Make(IReadOnlyList<Registration> registrations)
    {
        var problems = PlanProblems.Find(registrations);
        if (problems.Count > 0)
        {
            throw new InfrastructureConfigurationException(problems);
        }

        var planned = new Dictionary<TestService, PlannedService>();
        var order = new List<PlannedService>();
        foreach (var registration in registrations)
        {
            Visit(registration.Service);
        }

        foreach (var service in order)
        {
            service.Service.ReachesContainers = service.Service.RunsInContainer &&
                (service.Dependencies.Any(d => d.Service.RunsInContainer) || order.Any(o => o.Service.RunsInContainer && o.Dependencies.Contains(service)));
        }

        return new(order);

        PlannedService Visit(TestService service)
        {
            if (planned.TryGetValue(service, out var known))
            {
                return known;
            }

            var result = new PlannedService(service, [.. service.Dependencies.Distinct().Select(Visit)]);
            planned.Add(service, result);
            order.Add(result);
            return result;
        }
    }

    /// <summary>A service and all that it needs, in order.</summary>
    public IReadOnlyList<PlannedService> ClosureOf(TestService service)
    {
        var needed = new HashSet<TestService>();
        Add(Services.Single(each => each.Service == service));
        return [.. Services.Where(each => needed.Contains(each.Service))];

        void Add(PlannedService each)
        {
            if (needed.Add(each.Service))
            {
                foreach (var dependency in each.Dependencies)
                {
                    Add(dependency);
                }
            }
        }
    }
}

/// <summary>A call of <see cref="TestInfrastructure.Register"/>.</summary>
/// <param name="Name">The name given.</param>
/// <param name="Service">The service.</param>
/// <param name="IsAdopted">False where the object is registered elsewhere already.</param>
internal sealed record Registration(string Name, TestService Service, bool IsAdopted);

/// <summary>A service and the ones that must be ready before it.</summary>
internal sealed class PlannedService(TestService service, IReadOnlyList<PlannedService> dependencies)
{
    public TestService Service { get; } = service;

    public IReadOnlyList<PlannedService> Dependencies { get; } = dependencies;
}
