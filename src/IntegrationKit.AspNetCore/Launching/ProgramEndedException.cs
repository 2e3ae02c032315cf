namespace IntegrationKit.AspNetCore;

/// <summary>The program has ended, or its host has stopped, where it should have gone on. It is told as a <see cref="WebAppStartException"/>.</summary>
internal sealed class ProgramEndedException() : Exception("It has ended.");
