namespace IntegrationKit;

/// <summary>A service whose state between tests can be brought back to its baseline while it runs.</summary>
public interface IResettable
{
    /// <summary>Brings the state back to the baseline: what it was when the start had ended, or at the last capture.</summary>
    Task ResetAsync(CancellationToken cancellationToken = default);

    /// <summary>Makes the state of this moment the baseline. Where it is not implemented, the baseline stays what it was.</summary>
    Task CaptureBaselineAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
}
