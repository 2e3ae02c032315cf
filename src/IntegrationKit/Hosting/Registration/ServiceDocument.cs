using IntegrationKit.Diagnostics;
using IntegrationKit.Orchestration;
using Microsoft.Extensions.Configuration;

namespace IntegrationKit.Hosting;

/// <summary>The services that a configuration describes, one for each key. All mistakes are collected; nothing is started.</summary>
internal sealed class ServiceDocument(IConfiguration configuration, ServiceTypes types, IReadOnlyList<TestService> registered)
{
    private readonly List<string> _problems = [];
    private readonly List<(string Name, string Path, Action<TestService> Use)> _references = [];
    private readonly List<(string Name, TestService Service)> _services = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _faulty = new(StringComparer.Ordinal);

    public int ProblemCount => _problems.Count;

    /// <exception cref="InfrastructureConfigurationException">The configuration has mistakes.</exception>
    public IReadOnlyList<(string Name, TestService Service)> Load()
    {
        var sections = configuration.GetChildren().ToArray();
        _names.UnionWith(sections.Select(each => each.Key));
        if (sections.Length == 0)
        {
            Report(configuration is IConfigurationSection { Path: var path }
                ? $"The configuration section '{path}' is missing or empty; it must describe at least one service."
                : "The configuration is empty; it must describe at least one service.");
        }

        foreach (var section in sections)
        {
            NoteFaults(section.Key, () => Add(section));
        }

        foreach (var reference in _references)
        {
            Resolve(reference.Name, reference.Path, reference.Use);
        }

        _problems.AddRange(PlanMistakes());
        return _problems.Count == 0 ? _services : throw new InfrastructureConfigurationException(_problems);
    }

    public void Report(string problem) => _problems.Add(problem);

    /// <summary>Calls <paramref name="use"/> with the service of that name as soon as all are created.</summary>
    public void Refer(string name, string path, Action<TestService> use) => _references.Add((name, path, use));

    /// <summary>The service's name in this document; one that is not registered yet has none.</summary>
    public string NameOf(TestService service) => _services.Find(each => each.Service == service).Name ?? service.Name;

    private void Add(IConfigurationSection section)
    {
        if (string.IsNullOrWhiteSpace(section.Key))
        {
            Report($"{section.Path} has no name: the key of a service is its name.");
        }
        else if (section.Value is { Length: > 0 })
        {
            Report($"{section.Path} is a single value; a service is an object with a type. Known types: {Text.Quoted(types.Names)}.");
        }
        else if (SettingReader.IsUnset(section.GetSection(ServiceSettings.TypeKey)))
        {
            Report($"{section.Path} has no type. Known types: {Text.Quoted(types.Names)}.");
        }
        else if (SettingReader.Text(section.GetSection(ServiceSettings.TypeKey), this) is not { } type)
        {
            // Reported.
        }
        else if (types.Find(type) is not { } make)
        {
            Report($"{section.Path}:{ServiceSettings.TypeKey} is '{type}', which is not a known type.{Suggestion.DidYouMean(type, types.Names)} Known: {Text.Quoted(types.Names)}.");
        }
        else if (new ServiceSettings(type, section, this).Make(make) is { } service)
        {
            _services.Add((section.Key, service));
        }
    }

    private void NoteFaults(string service, Action read)
    {
        var before = _problems.Count;
        read();
        if (_problems.Count > before)
        {
            _faulty.Add(service);
        }
    }

    private void Resolve(string name, string path, Action<TestService> use)
    {
        if ((_services.Find(each => each.Name == name).Service ?? registered.FirstOrDefault(each => each.Name == name)) is { } service)
        {
            use(service);
        }
        else if (!_names.Contains(name))
        {
            // One that could not be created is reported itself.
            var known = _names.Concat(registered.Select(each => each.Name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
            Report($"{path} is '{name}', which is not a registered service.{Suggestion.DidYouMean(name, known)} Known: {Text.Quoted(known)}.");
        }
    }

    /// <summary>What a start would refuse, without what follows from a mistake that is already reported.</summary>
    private IEnumerable<string> PlanMistakes()
    {
        var seen = new HashSet<TestService>(registered);
        Registration[] before = [.. registered.Select(each => new Registration(each.Name, each, IsAdopted: true))];
        Registration[] added = [.. _services.Select(each => new Registration(each.Name, each.Service, seen.Add(each.Service)))];
        return PlanProblems.Find([.. before, .. added])
            .Except(PlanProblems.Find(before), StringComparer.Ordinal)
            .Where(problem => !_faulty.Any(name => problem.StartsWith($"Service '{name}'", StringComparison.Ordinal)));
    }
}
