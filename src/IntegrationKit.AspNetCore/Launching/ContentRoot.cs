using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;

namespace IntegrationKit.AspNetCore;

/// <summary>Where an application's content lies.</summary>
internal static class ContentRoot
{
    /// <summary>Written beside the test assembly by the build targets of Microsoft.AspNetCore.Mvc.Testing: a folder by assembly name.</summary>
    private const string Manifest = "MvcTestingAppManifest.json";

    public static string Find(AppDescription app) =>
        app.ContentRoot is { } given ? Path.GetFullPath(given)
        : FromManifest(app) ?? FromAttribute(app) ?? AppContext.BaseDirectory;

    /// <summary>A test assembly that was built on another machine names a folder that is not here.</summary>
    private static string? FromManifest(AppDescription app)
    {
        var file = Path.Combine(AppContext.BaseDirectory, Manifest);
        if (!File.Exists(file))
        {
            return null;
        }

        var folders = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file));
        return folders?.GetValueOrDefault(app.EntryPoint.Assembly.FullName!) is { } folder && Directory.Exists(folder) ? folder : null;
    }

    private static string? FromAttribute(AppDescription app) => AppDomain.CurrentDomain.GetAssemblies()
        .SelectMany(each => each.GetCustomAttributes<WebApplicationFactoryContentRootAttribute>())
        .Where(each => each.Key == app.Assembly || each.Key == app.EntryPoint.Assembly.FullName)
        .OrderBy(each => each.Priority)
        .Select(each => (Folder: Path.Combine(AppContext.BaseDirectory, each.ContentRootPath), Marker: Path.GetFileName(each.ContentRootTest)))
        .Where(each => File.Exists(Path.Combine(each.Folder, each.Marker)))
        .Select(each => each.Folder)
        .FirstOrDefault();
}
