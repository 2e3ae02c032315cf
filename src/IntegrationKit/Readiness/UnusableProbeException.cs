namespace IntegrationKit.Readiness;

/// <summary>A probe cannot be tried at all, so that no further try helps. The inner exception says why.</summary>
internal sealed class UnusableProbeException(Exception reason) : Exception(reason.Message, reason);
