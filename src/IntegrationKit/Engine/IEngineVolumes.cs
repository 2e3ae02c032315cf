namespace IntegrationKit.Engine;

internal interface IEngineVolumes
{
    /// <summary>Removes a volume; one that is gone already is no error.</summary>
    Task RemoveAsync(string name, CancellationToken cancellationToken);

    /// <summary>All volumes that carry every label given.</summary>
    Task<IReadOnlyList<VolumeSummary>> ListAsync(IReadOnlyList<string> labels, CancellationToken cancellationToken);
}

internal sealed record VolumeSummary(string Name, IReadOnlyDictionary<string, string> Labels);
