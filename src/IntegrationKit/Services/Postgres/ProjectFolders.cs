using System.Reflection;

namespace IntegrationKit.Services.Postgres;

/// <summary>The folders of the projects whose assemblies are loaded. buildTransitive/IntegrationKit.targets notes them there.</summary>
internal static class ProjectFolders
{
    /// <summary>The key under which the folder is noted.</summary>
    public const string Key = "IntegrationKit.ProjectDirectory";

    /// <summary>Those that exist on this machine: the entry assembly's first, then in the order in which the assemblies were loaded.</summary>
    public static IEnumerable<string> Find() =>
        In(new[] { Assembly.GetEntryAssembly() }.OfType<Assembly>().Concat(AppDomain.CurrentDomain.GetAssemblies()));

    public static IEnumerable<string> In(IEnumerable<Assembly> assemblies) =>
        assemblies.SelectMany(Notes).Where(folder => Path.IsPathFullyQualified(folder) && Directory.Exists(folder)).Distinct();

    private static string[] Notes(Assembly assembly)
    {
        try
        {
            return [.. assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Where(each => each.Key == Key).Select(each => each.Value ?? string.Empty)];
        }
        catch (Exception e) when (e is IOException or TypeLoadException or BadImageFormatException)
        {
            // One of its other attributes is from an assembly that is not there.
            return [];
        }
    }
}
