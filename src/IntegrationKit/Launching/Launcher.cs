namespace IntegrationKit.Launching;

internal sealed class Launcher;
