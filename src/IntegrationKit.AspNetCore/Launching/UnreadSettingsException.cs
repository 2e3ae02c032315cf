namespace IntegrationKit.AspNetCore;

/// <summary>Settings must be read and were not. <see cref="AppFailure"/> explains it.</summary>
internal sealed class UnreadSettingsException() : Exception("Settings were not read.");
