namespace IntegrationKit.AspNetCore;

/// <summary>The program has ended, or its host has stopped, where it should have gone on. <see cref="AppFailure"/> explains it.</summary>
internal sealed class ProgramEndedException() : Exception("It has ended.");
