extern alias ArgsApp;

using Microsoft.Extensions.DependencyInjection;

namespace IntegrationKit.AspNetCore.Tests.Support;

/// <summary>The same application in each form that a program may have.</summary>
internal static class Forms
{
    public static TestService Make(string form, Action<IServiceCollection> configure) => form switch
    {
        "arguments" => new WebAppService<ArgsApp::Program>
        {
            Settings = { ["ConnectionStrings:Orders"] = "Host=given", ["Payments:BaseAddress"] = "http://given/" },
            ConfigureServices = configure,
        },
        "no arguments" => new WebAppService<NoArgsApp.EntryPoint> { Settings = { ["ConnectionStrings:Orders"] = "Host=given" }, ConfigureServices = configure },
        "slim" => new WebAppService<SlimApp.EntryPoint> { ConfigureServices = configure },
        "host builder" => new WebAppService<ClassicApp.Startup> { ConfigureServices = configure },
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, message: null),
    };
}
