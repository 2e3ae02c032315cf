using System.Runtime.CompilerServices;

namespace IntegrationKit.Hosting;

/// <summary>Tells the configurations that read from an infrastructure that its addresses are others.</summary>
internal sealed class AddressChange
{
    private static readonly ConditionalWeakTable<TestInfrastructure, AddressChange> All = [];

    public event EventHandler? Happened;

    public static AddressChange Of(TestInfrastructure infrastructure) => All.GetOrCreateValue(infrastructure);

    public void Tell() => Happened?.Invoke(this, EventArgs.Empty);
}
