extern alias ArgsApp;

using Microsoft.Extensions.DependencyInjection;

namespace IntegrationKit.AspNetCore.Tests.Support;

/// <summary>The same application in each form that a program may have.</summary>
internal static class Forms
{
    public static TestService Make(string form, Action<IServiceCollection> configure, bool useHttps = false) => form switch
    {
        "arguments" => new WebAppService<ArgsApp::Program>
        {
            Settings = { ["ConnectionStrings:Orders"] = "Host=given", ["Payments:BaseAddress"] = "http://given/" },
            ConfigureServices = configure,
            UseHttps = useHttps,
        },
        "no arguments" => new WebAppService<NoArgsApp.EntryPoint> { Settings = { ["ConnectionStrings:Orders"] = "Host=given" }, ConfigureServices = configure, UseHttps = useHttps },
        "slim" => new WebAppService<SlimApp.EntryPoint> { ConfigureServices = configure, UseHttps = useHttps },
        "host builder" => new WebAppService<ClassicApp.Startup> { ConfigureServices = configure, UseHttps = useHttps },
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, message: null),
    };
}
