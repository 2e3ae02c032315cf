using System.Reflection;

namespace IntegrationKit.Hosting;

/// <summary>
/// The addresses of services by configuration key. A service of any type has those for which it has a public property:
/// <c>ConnectionString</c>, <c>NetworkConnectionString</c>, <c>BaseAddress</c>.
/// </summary>
internal static class ServiceAddresses
{
    private const string ConnectionStrings = "ConnectionStrings";

    // As in .NET's service discovery: services:name:endpoint:index.
    private const string Discovery = "services";

    public static ServiceAddress? ConnectionString(TestService service) =>
        Getter<string>(service, nameof(PostgresService.ConnectionString)) is { } read ? new(service, $"{ConnectionStrings}:{service.Name}", read) : null;

    public static Func<string?>? NetworkConnectionString(TestService service) => Getter<string>(service, nameof(PostgresService.NetworkConnectionString));

    public static IEnumerable<ServiceAddress> Of(TestInfrastructure infrastructure) => infrastructure.Services.SelectMany(Of);

    private static IEnumerable<ServiceAddress> Of(TestService service)
    {
        if (ConnectionString(service) is { } connectionString)
        {
            yield return connectionString;
        }

        if (Getter<Uri>(service, nameof(ExternalServiceMock.BaseAddress)) is { } baseAddress)
        {
            yield return new(service, $"{Discovery}:{service.Name}:{SchemeOf(service, baseAddress)}:0", () => baseAddress()?.AbsoluteUri.TrimEnd('/'));
        }

        if (service is ServerService server)
        {
            foreach (var port in Getter<IReadOnlyList<PublishedPort>>(service, nameof(ContainerService.Ports))?.Invoke()?.Select(each => each.ContainerPort) ?? [])
            {
                yield return new(service, $"{Discovery}:{service.Name}:{port}:0", () => server.Endpoint(port).ToString());
            }
        }
    }

    private static string SchemeOf(TestService service, Func<Uri?> baseAddress)
    {
        try
        {
            return (service.State == ServiceState.Running ? baseAddress()?.Scheme : null) ?? Uri.UriSchemeHttp;
        }
        catch (InvalidOperationException)
        {
            // It was stopped in between, or the address is not absolute.
            return Uri.UriSchemeHttp;
        }
    }

    private static Func<T?>? Getter<T>(TestService service, string property)
        where T : class =>
        service.GetType().GetProperty(property, BindingFlags.Public | BindingFlags.Instance, binder: null, typeof(T), [], modifiers: null)
            ?.GetMethod?.CreateDelegate<Func<T?>>(service);
}

/// <summary>A configuration key, and the function that reads its value while the service runs.</summary>
internal sealed record ServiceAddress(TestService Service, string Key, Func<string?> Read)
{
    public bool IsKnown => Service.State == ServiceState.Running;

    /// <summary>The address; null where the service has none.</summary>
    /// <exception cref="InvalidOperationException">The service is not running. Most services throw it themselves.</exception>
    public string? Value
    {
        get
        {
            var value = Read();
            return Service.State is ServiceState.Running
                ? value
                : throw new InvalidOperationException($"{Key} is known only while service '{Service.Name}' runs, and it is {Service.State}.");
        }
    }
}
