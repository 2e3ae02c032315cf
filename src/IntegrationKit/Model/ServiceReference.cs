namespace IntegrationKit;

/// <summary>
/// A setting's value: a literal, or one that is taken from another service when that runs. A reference is a
/// dependency: the service that holds it starts after the one it refers to.
/// </summary>
public sealed class ServiceReference
{
    private readonly Func<string> _read;

    private ServiceReference(TestService? service, Func<string> read) => (Service, _read) = (service, read);

    /// <summary>The service that the value comes from; null for a literal.</summary>
    public TestService? Service { get; }

    /// <summary>A literal value, which refers to no service.</summary>
    public static implicit operator ServiceReference(string value) => FromString(value);

    /// <summary>A literal value, which refers to no service.</summary>
    public static ServiceReference FromString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(service: null, () => value);
    }

    /// <summary>A value of <paramref name="service"/>, read when that is ready.</summary>
    public static ServiceReference To<TService>(TService service, Func<TService, string> value)
        where TService : TestService
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(value);
        return new(service, () => value(service));
    }

    /// <summary>Reads the value. A service calls it in its own start, when what it depends on is ready.</summary>
    /// <exception cref="InvalidOperationException">The service that it comes from does not run.</exception>
    public string Read() => _read();
}
