namespace ClassicApp;

public static class Program
{
    public static void Main(string[] args) => CreateHostBuilder(args).Build().Run();

    public static IHostBuilder CreateHostBuilder(string[] args) =>
        Host.CreateDefaultBuilder(args).ConfigureWebHostDefaults(web => web.UseStartup<Startup>());
}

public sealed class Startup(IConfiguration configuration)
{
    private readonly string _orders = configuration.GetConnectionString("Orders") ?? "";

    public void Configure(IApplicationBuilder app) => app.Run(context => context.Response.WriteAsync(_orders));
}
