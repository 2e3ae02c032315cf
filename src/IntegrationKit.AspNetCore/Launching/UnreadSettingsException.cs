namespace IntegrationKit.AspNetCore;

/// <summary>Settings must be read and were not. It is told as a <see cref="WebAppStartException"/>.</summary>
internal sealed class UnreadSettingsException() : Exception("Settings were not read.");
