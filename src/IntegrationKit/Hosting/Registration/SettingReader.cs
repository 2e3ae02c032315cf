using System.ComponentModel;
using System.Globalization;
using IntegrationKit.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace IntegrationKit.Hosting;

/// <summary>Converts a value of a configuration to the type of a property.</summary>
internal static class SettingReader
{
    private static readonly Dictionary<Type, Func<IConfigurationSection, ServiceDocument, object?>> Shapes = new()
    {
        [typeof(IReadOnlyList<string>)] = (section, document) => ReadList(section, document, (text, _) => text),
        [typeof(IReadOnlyList<PublishedPort>)] = (section, document) => ReadList(section, document, ReadPort),
        [typeof(IReadOnlyList<TestService>)] = ReadServices,
        [typeof(IDictionary<string, string>)] = (section, document) => ReadMap(section, document),
        [typeof(IReadOnlyDictionary<string, string>)] = (section, document) => ReadMap(section, document),
        [typeof(IDictionary<string, ServiceReference>)] = EnvironmentReader.Read,
        [typeof(Probe)] = ReadinessReader.Read,
    };

    public static bool CanRead(Type type) => Shapes.ContainsKey(type) || TypeDescriptor.GetConverter(Plain(type)).CanConvertFrom(typeof(string));

    /// <summary>The value; null where there is none, or where it is wrong, which is reported.</summary>
    public static object? Read(Type type, IConfigurationSection section, ServiceDocument document)
    {
        if (IsUnset(section))
        {
            return null;
        }

        if (Shapes.TryGetValue(type, out var read))
        {
            return read(section, document);
        }

        return Text(section, document) is { } text ? ReadScalar(Plain(type), text, section, document) : null;
    }

    /// <summary>Whether there is no value, or null.</summary>
    public static bool IsUnset(IConfigurationSection section) => section.Value is null && !section.GetChildren().Any();

    /// <summary>The single value; null where there are several, which is reported.</summary>
    public static string? Text(IConfigurationSection section, ServiceDocument document)
    {
        if (!section.GetChildren().Any())
        {
            return section.Value;
        }

        document.Report($"{section.Path} is an object or a list; it must be a single value.");
        return null;
    }

    /// <summary>Whether it consists of names and values; where it does not, that is reported.</summary>
    public static bool IsObject(IConfigurationSection section, ServiceDocument document)
    {
        if (string.IsNullOrEmpty(section.Value) && !section.GetChildren().Any(IsEntry))
        {
            return true;
        }

        document.Report($"{section.Path} must be an object of names and values.");
        return false;
    }

    // A configuration stores a list as an object whose keys are numbers.
    private static bool IsEntry(IConfigurationSection section) => int.TryParse(section.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static object? ReadScalar(Type type, string text, IConfigurationSection section, ServiceDocument document)
    {
        if (type == typeof(string))
        {
            return text;
        }

        var (value, expected) = Parse(type, text);
        if (value is null)
        {
            var shown = Redactor.IsNameOfSecret(section.Key) ? "***" : text;
            document.Report($"{section.Path} is '{shown}'; it must be {expected}.");
        }

        return value;
    }

    private static (object? Value, string Expected) Parse(Type type, string text)
    {
        var invariant = CultureInfo.InvariantCulture;
        if (type == typeof(int))
        {
            return (int.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var number) ? number : null, $"a whole number up to {int.MaxValue}");
        }

        if (type == typeof(long))
        {
            return (long.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var number) ? number : null, $"a whole number up to {long.MaxValue}");
        }

        if (type == typeof(bool))
        {
            return (bool.TryParse(text, out var flag) ? flag : null, "true or false");
        }

        if (type == typeof(TimeSpan))
        {
            // A number alone would be read as days.
            var isTime = TimeSpan.TryParse(text, invariant, out var time) && text.Contains(':', StringComparison.Ordinal);
            return (isTime ? time : null, "a duration as hours:minutes:seconds, such as 00:01:30");
        }

        if (type.IsEnum)
        {
            return (Enum.TryParse(type, text, ignoreCase: true, out var member) && Enum.IsDefined(type, member) ? member : null, $"one of {MembersOf(type)}");
        }

        try
        {
            return (TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text), $"a value of the type {type.Name}");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            return (null, $"a value of the type {type.Name}");
        }
    }

    private static string MembersOf(Type type) => Diagnostics.Text.Quoted(Enum.GetNames(type));

    private static T[]? ReadList<T>(IConfigurationSection section, ServiceDocument document, Func<string, Action<string>, T?> read)
    {
        // An empty list is stored as an empty text.
        var entries = section.GetChildren().ToArray();
        if (!string.IsNullOrEmpty(section.Value) || !Array.TrueForAll(entries, IsEntry))
        {
            document.Report($"{section.Path} must be a list.");
            return null;
        }

        var problems = document.ProblemCount;
        var values = new List<T>();
        foreach (var entry in entries)
        {
            if (Text(entry, document) is { } text && read(text, expected => document.Report($"{entry.Path} is '{text}'; it must be {expected}.")) is { } value)
            {
                values.Add(value);
            }
        }

        return document.ProblemCount == problems ? [.. values] : null;
    }

    private static PublishedPort ReadPort(string text, Action<string> reportExpected)
    {
        var parts = text.Split(':');
        var numbers = parts.Select(each => int.TryParse(each, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : (int?)null).ToArray();
        switch (numbers)
        {
            case [int container]:
                return container;
            case [int host, int container]:
                return new(container, host);
            default:
                reportExpected("a port of the container such as 8080, or host:container such as 18080:8080");
                return default;
        }
    }

    private static Dictionary<string, string>? ReadMap(IConfigurationSection section, ServiceDocument document)
    {
        if (!IsObject(section, document))
        {
            return null;
        }

        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in section.GetChildren())
        {
            if (Text(entry, document) is { } text)
            {
                map[entry.Key] = text;
            }
        }

        return map;
    }

    private static List<TestService>? ReadServices(IConfigurationSection section, ServiceDocument document)
    {
        if (ReadList(section, document, (text, _) => text) is not { } names)
        {
            return null;
        }

        // Filled when all services of the document are created: one may come before those that it depends on.
        var services = new List<TestService>();
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
        {
            document.Refer(name, $"{section.Path}:{i}", services.Add);
        }

        return services;
    }
}
