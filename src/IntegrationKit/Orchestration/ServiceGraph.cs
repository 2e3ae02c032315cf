using IntegrationKit.Diagnostics;

namespace IntegrationKit.Orchestration;

/// <summary>Which service depends on which. Each is asked once, since the answer comes from the user's code.</summary>
internal sealed class ServiceGraph
{
    private readonly List<TestService> _services;
    private readonly Dictionary<TestService, TestService[]> _dependencies;
    private readonly Dictionary<TestService, string> _names;

    public ServiceGraph(IReadOnlyList<Registration> registrations)
    {
        _names = new(registrations.Count);
        _dependencies = new(registrations.Count);
        _services = new(registrations.Count);
        foreach (var each in registrations)
        {
            if (_names.TryAdd(each.Service, each.Name))
            {
                _services.Add(each.Service);
            }
        }

        var open = new Stack<TestService>(_services);
        while (open.TryPop(out var service))
        {
            if (!_dependencies.ContainsKey(service))
            {
                var found = Ask(service);
                _dependencies.Add(service, found);
                foreach (var dependency in found)
                {
                    open.Push(dependency);
                }
            }
        }
    }

    /// <summary>Mistakes of services that could not say what they depend on.</summary>
    public List<string> Problems { get; } = [];

    public TestService[] DependenciesOf(TestService service) => _dependencies[service];

    /// <summary>Whether it is registered here.</summary>
    public bool Contains(TestService service) => _names.ContainsKey(service);

    /// <summary>All services, each after those that it depends on; in the order of registration otherwise.</summary>
    public IEnumerable<TestService> Order()
    {
        var order = new List<TestService>(_services.Count);
        Walk(order.Add, _ => { });
        return order;
    }

    /// <summary>Every circle, as the services' names with arrows between them.</summary>
    public IReadOnlyList<string> FindCycles()
    {
        var found = new List<string>();
        Walk(_ => { }, circle => found.Add(string.Join(" -> ", circle.Select(each => _names.GetValueOrDefault(each, each.Name)))));
        return found;
    }

    /// <summary>Goes through the graph without recursion: a long chain of services would overflow the stack.</summary>
    private void Walk(Action<TestService> leave, Action<IEnumerable<TestService>> onCircle)
    {
        var finished = new HashSet<TestService>(_services.Count);
        var onPath = new HashSet<TestService>();
        var path = new List<(TestService Service, int Next)>();
        foreach (var root in _services)
        {
            Enter(root);
            while (path.Count > 0)
            {
                var (service, next) = path[^1];
                if (next < _dependencies[service].Length)
                {
                    path[^1] = (service, next + 1);
                    Enter(_dependencies[service][next]);
                }
                else
                {
                    path.RemoveAt(path.Count - 1);
                    onPath.Remove(service);
                    leave(service);
                }
            }
        }

        void Enter(TestService service)
        {
            if (onPath.Contains(service))
            {
                onCircle(CircleAt(service, path));
            }
            else if (finished.Add(service))
            {
                onPath.Add(service);
                path.Add((service, 0));
            }
        }
    }

    private static IEnumerable<TestService> CircleAt(TestService service, IEnumerable<(TestService Service, int Next)> path) =>
        [.. path.Select(each => each.Service).SkipWhile(each => each != service), service];

    private TestService[] Ask(TestService service)
    {
        try
        {
            TestService[] found = [.. service.GetDependencies()];
            return found.Length < 2 ? found : [.. found.Distinct()];
        }
        catch (Exception e)
        {
            Problems.Add($"Service '{_names.GetValueOrDefault(service, service.Name)}': its Dependencies threw {e.GetType().Name}: {Text.FirstLine(e.Message)}");
            return [];
        }
    }
}
