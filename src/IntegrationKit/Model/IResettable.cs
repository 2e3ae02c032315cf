namespace IntegrationKit;

/// <summary>A service whose state between tests can be brought back to its baseline while it runs.</summary>
public interface IResettable
{
    /// <summary>Brings the state back to what it was when the start had ended.</summary>
    Task ResetAsync(CancellationToken cancellationToken = default);
}
