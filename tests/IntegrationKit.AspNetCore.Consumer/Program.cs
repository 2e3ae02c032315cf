extern alias ArgsApp;

using IntegrationKit;

// A test program outside any solution: both forms of application, each at its own mock. Prints their settings, a line each.
var payments = new ExternalServiceMock();
var orders = new ExternalServiceMock();
var withArguments = new WebAppService<ArgsApp::Program>
{
    Settings =
    {
        ["ConnectionStrings:Orders"] = "Host=given",
        ["Payments:BaseAddress"] = ServiceReference.To(payments, mock => mock.BaseAddress.ToString()),
    },
};
var withoutArguments = new WebAppService<NoArgsApp.EntryPoint>
{
    Settings =
    {
        ["ConnectionStrings:Orders"] = "Host=given",
        ["Payments:BaseAddress"] = ServiceReference.To(orders, mock => mock.BaseAddress.ToString()),
    },
};

await using var infra = new TestInfrastructure()
    .Register("payments", payments).Register("orders", orders)
    .Register("with-arguments", withArguments).Register("without-arguments", withoutArguments);
await infra.StartAllAsync();
using var first = withArguments.CreateClient();
using var second = withoutArguments.CreateClient();
Console.WriteLine(await first.GetStringAsync(new Uri("settings", UriKind.Relative)));
Console.WriteLine(await second.GetStringAsync(new Uri("settings", UriKind.Relative)));
