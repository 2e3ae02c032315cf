using System.Text;
using Microsoft.Extensions.Configuration;

namespace IntegrationKit.Tests.Hosting;

internal static class Json
{
    public static IConfigurationRoot Read(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    /// <summary>Registers the services that the text describes.</summary>
    public static TestInfrastructure Load(string json, ServiceTypes? types = null) => new TestInfrastructure().RegisterFrom(Read(json), types);

    /// <summary>The mistakes in the text. Asserts that nothing was registered.</summary>
    public static IReadOnlyList<string> Mistakes(string json, ServiceTypes? types = null, TestInfrastructure? infra = null)
    {
        infra ??= new TestInfrastructure();
        var before = infra.Services;
        var error = Assert.Throws<InfrastructureConfigurationException>(() => infra.RegisterFrom(Read(json), types));
        Assert.Equal(before, infra.Services);
        TestContext.Current.TestOutputHelper?.WriteLine(error.Message);
        return error.Problems;
    }
}
