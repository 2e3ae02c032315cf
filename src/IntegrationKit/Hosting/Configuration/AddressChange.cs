using System.Runtime.CompilerServices;

namespace IntegrationKit.Hosting;

/// <summary>Notifies the configurations that read from an infrastructure that its addresses have changed.</summary>
internal sealed class AddressChange
{
    private static readonly ConditionalWeakTable<TestInfrastructure, AddressChange> All = [];

    public event EventHandler? Happened;

    public static AddressChange Of(TestInfrastructure infrastructure) => All.GetOrCreateValue(infrastructure);

    public void Notify() => Happened?.Invoke(this, EventArgs.Empty);
}
