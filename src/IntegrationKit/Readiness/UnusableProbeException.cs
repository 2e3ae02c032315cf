namespace IntegrationKit.Readiness;

/// <summary>A probe cannot be used at all, so that no further attempt is made. The inner exception says why.</summary>
internal sealed class UnusableProbeException(Exception reason) : Exception(reason.Message, reason);
