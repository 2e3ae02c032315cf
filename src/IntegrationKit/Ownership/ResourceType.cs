namespace IntegrationKit.Ownership;

/// <summary>What can be made on an engine, in the order of removal: containers use networks and volumes.</summary>
internal enum ResourceType
{
    Container,
    Network,
    Volume,
}
