var builder = WebApplication.CreateSlimBuilder(args);
var greeting = builder.Configuration["Greeting"] ?? "none";

var app = builder.Build();
app.MapGet("/", () => greeting);
app.Run();

namespace SlimApp
{
    public sealed class EntryPoint;
}
