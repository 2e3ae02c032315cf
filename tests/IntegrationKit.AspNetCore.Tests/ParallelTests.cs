extern alias ArgsApp;

using System.Text.Json;
using IntegrationKit.AspNetCore.Tests.Support;

namespace IntegrationKit.AspNetCore.Tests;

/// <summary>Both forms of program, each in two infrastructures that start at the same time, as parallel fixtures do.</summary>
public sealed class ParallelTests
{
    [Fact]
    public async Task Each_instance_has_the_settings_of_its_own_infrastructure()
    {
        var before = Apps.Variables();
        var graphs = Enumerable.Range(0, 4).Select(_ => new Graph()).ToArray();
        try
        {
            await Task.WhenAll(graphs.Select(each => each.Infra.StartAllAsync(Apps.Cancellation)));

            var seen = await Task.WhenAll(graphs.Select(async each => (each.Payments, Seen: await each.ReadAsync())));

            Assert.All(seen, each => Assert.All(each.Seen, address => Assert.Equal(each.Payments.BaseAddress.ToString(), address)));
            Assert.Equal(4, seen.Select(each => each.Seen[0]).Distinct().Count());
            Assert.Equal(8, graphs.SelectMany(each => new[] { each.WithArguments.BaseAddress, each.WithoutArguments.BaseAddress }).Distinct().Count());
            Assert.Equal(before, Apps.Variables());
        }
        finally
        {
            await Task.WhenAll(graphs.Select(each => each.Infra.DisposeAsync().AsTask()));
        }
    }

    private sealed class Graph
    {
        public Graph()
        {
            WithArguments = new() { Settings = { ["ConnectionStrings:Orders"] = "Host=given", ["Payments:BaseAddress"] = Address() } };
            WithoutArguments = new() { Settings = { ["ConnectionStrings:Orders"] = "Host=given", ["Payments:BaseAddress"] = Address() } };
            Infra = new TestInfrastructure().Register("with", WithArguments).Register("without", WithoutArguments).Register("payments", Payments);

            ServiceReference Address() => ServiceReference.To(Payments, mock => mock.BaseAddress.ToString());
        }

        public ExternalServiceMock Payments { get; } = new();

        public WebAppService<ArgsApp::Program> WithArguments { get; }

        public WebAppService<NoArgsApp.EntryPoint> WithoutArguments { get; }

        public TestInfrastructure Infra { get; }

        public async Task<string?[]> ReadAsync()
        {
            using var first = WithArguments.CreateClient();
            using var second = WithoutArguments.CreateClient();
            return [await PaymentsAsync(first), await PaymentsAsync(second)];
        }

        private static async Task<string?> PaymentsAsync(HttpClient client) =>
            JsonDocument.Parse(await Apps.GetAsync(client, "settings")).RootElement.GetProperty("payments").GetString();
    }
}
