namespace IntegrationKit;

/// <summary>Where a service is in its life.</summary>
public enum ServiceState
{
    /// <summary>Described, not started.</summary>
    Registered,

    /// <summary>On its way to <see cref="Running"/>.</summary>
    Starting,

    /// <summary>Ready: its addresses and connection strings can be read.</summary>
    Running,

    /// <summary>On its way to <see cref="Stopped"/>.</summary>
    Stopping,

    /// <summary>Stopped; it can be started again.</summary>
    Stopped,

    /// <summary>Its start or its stop failed; it can be started again.</summary>
    Failed,
}
