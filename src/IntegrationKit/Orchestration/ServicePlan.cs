namespace IntegrationKit.Orchestration;

/// <summary>The registered services in an order in which each comes after all that it depends on.</summary>
internal sealed class ServicePlan
{
    private readonly Dictionary<TestService, PlannedService> _byService;

    private ServicePlan(IReadOnlyList<PlannedService> services)
    {
        Services = services;
        _byService = services.ToDictionary(each => each.Service);
        NetworkAliases = [.. services.Select(each => each.Service.ExplicitAlias).OfType<string>()];
    }

    public IReadOnlyList<PlannedService> Services { get; }

    /// <summary>Every alias that the services ask for.</summary>
    public IReadOnlyCollection<string> NetworkAliases { get; }

    /// <summary>Orders the services, or throws every mistake that it finds.</summary>
    /// <param name="registrations">The services.</param>
    /// <param name="sharesServers">Whether servers of equal settings are shared.</param>
    /// <exception cref="InfrastructureConfigurationException">Something is wrong with the description.</exception>
    public static ServicePlan Make(IReadOnlyList<Registration> registrations, bool sharesServers = false)
    {
        var graph = new ServiceGraph(registrations);
        var problems = PlanProblems.Find(registrations, graph, sharesServers);
        if (problems.Count > 0)
        {
            throw new InfrastructureConfigurationException(problems);
        }

        var planned = new Dictionary<TestService, PlannedService>(registrations.Count);
        foreach (var service in graph.Order())
        {
            planned.Add(service, new(service, Array.ConvertAll(graph.DependenciesOf(service), each => planned[each])));
        }

        var servers = planned.Values.Where(each => each.Service.RunsServer).ToArray();
        var reached = servers.SelectMany(each => each.Dependencies).ToHashSet();
        foreach (var each in servers)
        {
            each.JoinsNetwork = reached.Contains(each) || each.Dependencies.Any(dependency => dependency.Service.RunsServer);
        }

        return new([.. planned.Values]);
    }

    /// <summary>A service and all that it needs, in order.</summary>
    public IReadOnlyList<PlannedService> ClosureOf(TestService service)
    {
        var needed = new HashSet<PlannedService>();
        var open = new Stack<PlannedService>([_byService[service]]);
        while (open.TryPop(out var each))
        {
            if (needed.Add(each))
            {
                foreach (var dependency in each.Dependencies)
                {
                    open.Push(dependency);
                }
            }
        }

        return [.. Services.Where(needed.Contains)];
    }
}

/// <summary>A call of <see cref="TestInfrastructure.Register"/>.</summary>
/// <param name="Name">The name given.</param>
/// <param name="Service">The service.</param>
/// <param name="IsAdopted">False if the object is registered elsewhere already.</param>
internal sealed record Registration(string Name, TestService Service, bool IsAdopted);

/// <summary>A service and the ones that must be ready before it.</summary>
internal sealed class PlannedService(TestService service, IReadOnlyList<PlannedService> dependencies)
{
    public TestService Service { get; } = service;

    public IReadOnlyList<PlannedService> Dependencies { get; } = dependencies;

    /// <summary>Whether another server reaches it, or it reaches one.</summary>
    public bool JoinsNetwork { get; set; }
}
