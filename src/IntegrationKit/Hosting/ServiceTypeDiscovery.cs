using System.Reflection;

namespace IntegrationKit.Hosting;

/// <summary>
/// Finds the types of services that a program can register: those of this library, of its other packages and of the program
/// itself. A service collection must know them before the infrastructure is made.
/// </summary>
internal static class ServiceTypeDiscovery
{
    private static readonly AssemblyName Library = typeof(TestService).Assembly.GetName();
    private static readonly string[] Platform = ["System", "Microsoft", "netstandard", "mscorlib", "WindowsBase"];

    /// <summary>Every type from which an object can be made; a generic one has no object before its arguments are known.</summary>
    /// <param name="roots">Assemblies that are looked through besides those that are loaded, with what they reference.</param>
    public static IEnumerable<Type> Find(params IEnumerable<Assembly?> roots) =>
        Assemblies(roots).SelectMany(TypesOf).Where(each => each is { IsAbstract: false, ContainsGenericParameters: false } && each.IsSubclassOf(typeof(TestService)));

    private static HashSet<Assembly> Assemblies(IEnumerable<Assembly?> roots)
    {
        var found = new HashSet<Assembly>();
        var open = new Stack<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Concat(roots.OfType<Assembly>()).Append(typeof(TestService).Assembly).Where(UsesLibrary));
        while (open.TryPop(out var assembly))
        {
            if (!found.Add(assembly))
            {
                continue;
            }

            // A package that brings a service is often not loaded before the service is made.
            foreach (var reference in assembly.GetReferencedAssemblies().Where(each => !IsPlatform(each)))
            {
                if (TryLoad(reference) is { } referenced && UsesLibrary(referenced))
                {
                    open.Push(referenced);
                }
            }
        }

        return found;
    }

    private static bool UsesLibrary(Assembly assembly) => !assembly.IsDynamic
        && (assembly == typeof(TestService).Assembly || assembly.GetReferencedAssemblies().Any(each => each.Name == Library.Name));

    private static bool IsPlatform(AssemblyName name) =>
        Platform.Any(each => name.Name == each || name.Name?.StartsWith(each + ".", StringComparison.Ordinal) is true);

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            // Compiled against, and not there: no service can come from it.
            return null;
        }
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            return e.Types.OfType<Type>();
        }
    }
}
