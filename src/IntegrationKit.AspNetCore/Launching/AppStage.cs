namespace IntegrationKit.AspNetCore;

/// <summary>How far the start of an application has come.</summary>
internal enum AppStage
{
    /// <summary>Another application builds its host.</summary>
    WaitsForTurn,

    /// <summary>Its program runs and has not built its host.</summary>
    Builds,

    /// <summary>The test's own changes to its services are made.</summary>
    Configures,

    /// <summary>The host is built and does not listen yet.</summary>
    Starts,

    /// <summary>It listens, and is asked whether it is ready.</summary>
    Answers,
}
