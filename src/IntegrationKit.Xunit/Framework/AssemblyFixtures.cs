using System.Reflection;

namespace IntegrationKit.Adapter.Framework;

/// <summary>The fixtures of the assembly, and the errors of those that could not be created.</summary>
internal sealed class AssemblyFixtures(IMessageSink diagnostics)
{
    private readonly List<object> _created = [];
    private readonly Dictionary<Type, object> _fixtures = [];
    private readonly Dictionary<Type, Exception> _errors = [];

    public async Task CreateAsync(IEnumerable<Type> types)
    {
        foreach (var type in types.Distinct())
        {
            try
            {
                var constructor = type.GetConstructors() is [var single]
                    ? single
                    : throw new InvalidOperationException("It must have exactly one public constructor.");
                var fixture = constructor.Invoke([.. constructor.GetParameters().Select(Resolve)]);
                _created.Add(fixture);
                await ((fixture as IAsyncLifetime)?.InitializeAsync() ?? Task.CompletedTask).ConfigureAwait(true);
                _fixtures[type] = fixture;
            }
            catch (Exception e)
            {
                var cause = (e as TargetInvocationException)?.InnerException ?? e;
                _errors[type] = new InvalidOperationException($"Assembly fixture {type.Name} could not be created: {cause.Message}", cause);
            }
        }
    }

    /// <summary>Disposes them, the last one first, also those whose initialisation failed.</summary>
    public async Task DisposeAsync(ExceptionAggregator aggregator)
    {
        foreach (var fixture in _created.AsEnumerable().Reverse())
        {
            await aggregator.RunAsync(() => (fixture as IAsyncLifetime)?.DisposeAsync() ?? Task.CompletedTask).ConfigureAwait(true);
            aggregator.Run(() => (fixture as IDisposable)?.Dispose());
        }
    }

    /// <summary>Why a fixture of this type could not be created; null where it was, or where it is not the assembly's.</summary>
    public Exception? FindError(Type type) => _errors.GetValueOrDefault(type);

    public bool TryGet(Type type, out object? fixture) => _fixtures.TryGetValue(type, out fixture);

    /// <summary>The fixtures of the assembly and of the collection. Where both have one of a type, it is the collection's.</summary>
    public IDictionary<Type, object> With(IReadOnlyDictionary<Type, object> collectionFixtures)
    {
        var all = new Dictionary<Type, object>(_fixtures);
        foreach (var (type, fixture) in collectionFixtures)
        {
            all[type] = fixture;
        }

        return all;
    }

    private object Resolve(ParameterInfo parameter) => parameter.ParameterType == typeof(IMessageSink)
        ? diagnostics
        : throw new InvalidOperationException($"Its constructor asks for {parameter.ParameterType.Name} {parameter.Name}; only an IMessageSink can be given.");
}
