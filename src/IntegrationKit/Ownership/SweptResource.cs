namespace IntegrationKit;

/// <summary>Something that an ended process had left on the engine, and that was removed.</summary>
/// <param name="Kind">container, network or volume.</param>
/// <param name="Name">Its name.</param>
/// <param name="Service">The service that it was made for, or null where no label says it.</param>
/// <param name="CreatedAt">When it was made, or null where no label says it.</param>
public sealed record SweptResource(string Kind, string Name, string? Service, DateTimeOffset? CreatedAt);
