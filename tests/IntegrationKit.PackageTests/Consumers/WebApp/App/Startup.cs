var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/redis", (IConfiguration configuration) => configuration["Redis"]);
app.Run();

namespace App
{
    public sealed class EntryPoint;
}
