namespace IntegrationKit.EngineTests.Support;

/// <summary>Tests that look at what the whole process has made.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
