namespace IntegrationKit.Diagnostics;

/// <summary>Something that can tell why a start failed, before it is disposed of.</summary>
internal interface IEvidenceSource
{
    /// <summary>Adds what it finds, within a few seconds. Never throws.</summary>
    Task CollectEvidenceAsync(StartEvidence evidence);
}
