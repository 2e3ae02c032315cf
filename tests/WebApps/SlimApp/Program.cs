// No arguments and no hosting startups: of all that a test says, only environment variables arrive before Build.
var builder = WebApplication.CreateSlimBuilder();
var greeting = builder.Configuration["Greeting"] ?? "none";

var app = builder.Build();
app.MapGet("/", () => greeting);
app.Run();

namespace SlimApp
{
    public sealed class EntryPoint;
}
