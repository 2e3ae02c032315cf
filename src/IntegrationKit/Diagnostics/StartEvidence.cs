namespace IntegrationKit;

/// <summary>What a start leaves behind for the one who has to explain its failure. One thread at a time writes it.</summary>
internal sealed class StartEvidence
{
    private readonly List<string> _secrets = [];

    /// <summary>What the service is waiting for, in words.</summary>
    public string? WaitingFor { get; set; }

    public ContainerFacts? Container { get; set; }

    public IReadOnlyList<ProbeAttempt> Attempts { get; set; } = [];

    /// <summary>Never to be shown.</summary>
    public void AddSecret(string secret)
    {
        if (secret.Length > 0)
        {
            // The longest first: one that is part of another must not leave the rest of that one standing.
            _secrets.Add(secret);
            _secrets.Sort((a, b) => b.Length.CompareTo(a.Length));
        }
    }

    public string Redact(string text) => _secrets.Aggregate(text, (all, secret) => all.Replace(secret, "***", StringComparison.Ordinal));
}
