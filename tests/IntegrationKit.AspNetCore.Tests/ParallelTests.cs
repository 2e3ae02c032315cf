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
        var graphs = Enumerable.Range(0, 4).Select(number => new Graph($"Host=given-{number}")).ToArray();
        try
        {
            await Task.WhenAll(graphs.Select(each => each.Infra.StartAllAsync(Apps.Cancellation)));

            var seen = await Task.WhenAll(graphs.Select(async each => (Graph: each, Seen: await each.ReadAsync())));

            Assert.All(seen, each => Assert.Equal($"{each.Graph.Address} {each.Graph.Address} {each.Graph.Orders}", string.Join(" ", each.Seen)));
            Assert.Equal(4, seen.Select(each => each.Graph.Address).Distinct().Count());
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
        private readonly ExternalServiceMock _payments = new();

        public Graph(string orders)
        {
            Orders = orders;
            WithArguments = new() { Settings = { ["ConnectionStrings:Orders"] = orders, ["Payments:BaseAddress"] = Reference() } };
            WithoutArguments = new() { Settings = { ["ConnectionStrings:Orders"] = orders, ["Payments:BaseAddress"] = Reference() } };
            Infra = new TestInfrastructure().Register("with", WithArguments).Register("without", WithoutArguments).Register("payments", _payments);

            ServiceReference Reference() => ServiceReference.To(_payments, mock => mock.BaseAddress.ToString());
        }

        public string Orders { get; }

        public string Address => _payments.BaseAddress.ToString();

        public WebAppService<ArgsApp::Program> WithArguments { get; }

        public WebAppService<NoArgsApp.EntryPoint> WithoutArguments { get; }

        public TestInfrastructure Infra { get; }

        public async Task<string?[]> ReadAsync()
        {
            using var first = WithArguments.CreateClient();
            using var second = WithoutArguments.CreateClient();
            var (one, other) = (await SettingsAsync(first), await SettingsAsync(second));
            return [one.GetProperty("payments").GetString(), other.GetProperty("payments").GetString(), other.GetProperty("bare").GetString()];
        }

        private static async Task<JsonElement> SettingsAsync(HttpClient client) =>
            JsonDocument.Parse(await Apps.GetAsync(client, "settings")).RootElement;
    }
}
