namespace IntegrationKit.Model;

/// <summary>What the plan of a start knows of one service.</summary>
/// <param name="JoinsNetwork">Whether another server reaches it, or it reaches one.</param>
/// <param name="SharesServers">Whether servers of equal settings are shared.</param>
/// <param name="NetworkAliases">All aliases that servers of the infrastructure ask for.</param>
/// <param name="StopTimeout">How long a stop may take.</param>
/// <param name="AnswerTimeout">How long a server may take to answer, before it counts as one that hangs.</param>
internal sealed record StartPlan(bool JoinsNetwork, bool SharesServers, IReadOnlyCollection<string> NetworkAliases, TimeSpan StopTimeout, TimeSpan AnswerTimeout);
