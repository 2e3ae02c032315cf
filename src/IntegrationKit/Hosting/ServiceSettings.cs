using System.Reflection;
using IntegrationKit.Diagnostics;
using IntegrationKit.Hosting;
using Microsoft.Extensions.Configuration;

namespace IntegrationKit;

/// <summary>
/// The settings of one service in a configuration, for a type that <see cref="ServiceTypes.Add(string, Func{ServiceSettings, TestService})"/>
/// adds. Keys that are neither bound nor read are reported as mistakes, and so are values that are not valid.
/// </summary>
public sealed class ServiceSettings
{
    internal const string TypeKey = "type";

    private readonly ServiceDocument _document;
    private readonly SectionReader _reader;

    internal ServiceSettings(string type, IConfigurationSection section, ServiceDocument document)
    {
        (Type, _document) = (type, document);
        _reader = new(section, document);
        _reader.At(TypeKey);
    }

    /// <summary>The service's name: its key in the configuration.</summary>
    public string Name => _reader.Section.Key;

    /// <summary>The path in the configuration, for example <c>infrastructure:postgres</c>.</summary>
    public string Path => _reader.Section.Path;

    /// <summary>The type as the configuration names it.</summary>
    public string Type { get; }

    /// <summary>
    /// Reads one value: text, number, <c>bool</c>, <see cref="TimeSpan"/> as <c>hh:mm:ss</c>, enum, list of texts, or
    /// dictionary of texts. Returns the default of <typeparamref name="T"/> where there is none or where it is not valid; the
    /// latter is reported when all services have been read.
    /// </summary>
    /// <exception cref="ArgumentException">Values of that type cannot be read.</exception>
    public T? Get<T>(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return SettingReader.CanRead(typeof(T))
            ? _reader.Read<T>(key)
            : throw new ArgumentException($"Values of the type {typeof(T).Name} cannot be read from a configuration. Use GetSection.", nameof(key));
    }

    /// <summary>Returns the section of a key, for a value that <see cref="Get{T}"/> cannot read.</summary>
    public IConfigurationSection GetSection(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return _reader.At(key);
    }

    /// <summary>
    /// Sets each public property of the service that the configuration contains, and returns the service. Keys are camelCase
    /// by convention; case is ignored. Properties that a configuration cannot contain, such as delegates, are skipped.
    /// </summary>
    public TService Bind<TService>(TService service)
        where TService : TestService
    {
        ArgumentNullException.ThrowIfNull(service);
        foreach (var property in Settable(service.GetType()))
        {
            var key = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            if (_reader.Read(property.PropertyType, key) is not { } value)
            {
                continue;
            }

            try
            {
                property.SetValue(service, value, BindingFlags.DoNotWrapExceptions, binder: null, index: null, culture: null);
            }
            catch (ArgumentException e)
            {
                _document.Report($"{Path}:{key}: {Text.FirstLine(e.Message)}");
            }
        }

        return service;
    }

    /// <summary>Creates the service; null where that failed, which is reported.</summary>
    internal TestService? Make(Func<ServiceSettings, TestService> make)
    {
        try
        {
            if (make(this) is { } service)
            {
                _reader.ReportUnread($"the type '{Type}'");
                return service;
            }

            _document.Report($"{Path}: the type '{Type}' returned null instead of a service.");
        }
        catch (Exception e)
        {
            _document.Report($"{Path}: the type '{Type}' could not create the service: {Text.FirstLine(e.Message)}");
        }

        return null;
    }

    private static IEnumerable<PropertyInfo> Settable(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(each => each.SetMethod is { IsPublic: true } && each.GetIndexParameters().Length == 0 && SettingReader.CanRead(each.PropertyType));
}
