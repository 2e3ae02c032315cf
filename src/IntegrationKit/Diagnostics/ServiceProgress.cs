namespace IntegrationKit;

/// <summary>A step in a service's life.</summary>
public enum ServiceStage
{
    /// <summary>It waits for the services that it depends on; the detail names them.</summary>
    Waiting,

    /// <summary>Its image is being pulled; the detail says how far.</summary>
    Pulling,

    /// <summary>It is being started.</summary>
    Starting,

    /// <summary>It runs, and its readiness is being probed.</summary>
    Probing,

    /// <summary>It is ready; the elapsed time is the one since <see cref="Starting"/>.</summary>
    Ready,

    /// <summary>Its state is back at the baseline.</summary>
    Reset,

    /// <summary>It is being stopped.</summary>
    Stopping,

    /// <summary>It is gone.</summary>
    Stopped,

    /// <summary>Something failed; the detail says what, in a line.</summary>
    Failed,
}

/// <summary>Something that happened to a service, for a program that shows it to a person.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Stage">What happened.</param>
/// <param name="Elapsed">How long the step took; zero where it only begins.</param>
/// <param name="Detail">More for a reader, or null.</param>
public sealed record ServiceProgress(string Service, ServiceStage Stage, TimeSpan Elapsed, string? Detail = null);
