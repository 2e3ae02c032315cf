namespace IntegrationKit;

/// <summary>The state of a service.</summary>
public enum ServiceState
{
    /// <summary>Described, not started.</summary>
    Registered,

    /// <summary>Starting; <see cref="Running"/> comes next.</summary>
    Starting,

    /// <summary>Ready: its addresses and connection strings can be read.</summary>
    Running,

    /// <summary>Stopping; <see cref="Stopped"/> comes next.</summary>
    Stopping,

    /// <summary>Stopped; it can be started again.</summary>
    Stopped,

    /// <summary>Its start or its stop failed; it can be started again.</summary>
    Failed,
}
