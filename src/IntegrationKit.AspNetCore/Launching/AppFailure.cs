using Microsoft.AspNetCore.Connections;

namespace IntegrationKit.AspNetCore;

/// <summary>Explains why an application did not start, and what to do.</summary>
internal sealed class AppFailure(
    AppDescription app, AppLaunch launch, TestSettings settings, IReadOnlyList<UnreadSetting> unread, AppReadiness readiness, StartContext start)
{
    private const int ShownLogLines = 4;

    private readonly AppStage _stage = launch.Stage;
    private readonly IReadOnlyList<string> _log = launch.Log.Lines;

    /// <summary>What a start waits for in a stage, in words.</summary>
    public static string Waited(AppStage stage, AppDescription app) => stage switch
    {
        AppStage.WaitsForTurn => "its turn to build its host",
        AppStage.Builds => $"the Main of {app.Program}, which builds its host",
        AppStage.Configures => "the ConfigureServices of the test",
        AppStage.Starts => $"{app.Program}, which starts its host",
        _ => $"an answer of {app.Program}",
    };

    public Exception Explain(Exception error) => error is WebAppStartException ? error : Make(What(error), error);

    public Exception TooLate(string limit, Exception error) => Make($"{Standing()} This was the limit of {limit}.", error);

    /// <summary>What it has not got done.</summary>
    public string Standing() => _stage switch
    {
        AppStage.WaitsForTurn =>
            "It was not its turn: another application of this process is building its host, which only one can do at a time, since its settings are set as environment variables meanwhile. Find out what that one waits for.",
        AppStage.Builds =>
            $"{app.Program} has not built its host: its Main waits for something before Build returns. Its thread cannot be ended from outside; if it comes to Build later, that fails.",
        AppStage.Configures =>
            "The ConfigureServices of the test has not returned.",
        AppStage.Starts =>
            $"{app.Program} has built its host, which does not listen: its Main has not come to Run, or a hosted service's StartAsync does not return.",
        _ =>
            $"{app.Program} listens on {launch.Addresses.ForClients}, and {readiness.Question} did not answer {readiness.WantedStatus}. {LastAnswer}",
    };

    private string LastAnswer => $"Its last answer: {readiness.LastAnswer ?? "none"}.";

    private string What(Exception error) => (_stage, error) switch
    {
        (_, UnreadSettingsException) =>
            $"{app.Program} has not read all of its settings by the time it was ready, and RequireSettingsRead is set.",
        (AppStage.Configures, { } e) =>
            $"The ConfigureServices of the test threw {e.GetType().Name}: {e.Message}",
        (_, { } e) when Find<AddressInUseException>(e) is not null => FormattableString.Invariant(
            $"{app.Program} cannot listen on 127.0.0.1:{app.Port}: the port is in use. Stop what listens there, or leave Port unset for a free one."),
        (AppStage.Builds, InvalidOperationException e) when e.Message.Contains("without ever building", StringComparison.Ordinal) =>
            $"The Main of {app.Program} has returned without building a host. It must come to WebApplication.CreateBuilder(…).Build(), or that of Host.CreateDefaultBuilder.",
        (AppStage.Builds, { } e) when e.Source is "Microsoft.AspNetCore.Mvc.Testing" or "IntegrationKit.AspNetCore" => $"{app.Program} cannot be run: {e.Message}",
        (AppStage.Builds, { } e) => $"{app.Program} threw {e.GetType().Name} before its host was built: {e.Message}",
        (AppStage.Starts, ProgramEndedException) =>
            $"The Main of {app.Program} has built its host and returned without starting it. It must come to Run or RunAsync.",
        (AppStage.Answers, ProgramEndedException) =>
            $"{app.Program} has stopped by itself before {readiness.Question} was answered. {LastAnswer}",
        (_, { } e) => $"{app.Program} threw {e.GetType().Name} while it started: {e.Message}",
    };

    private WebAppStartException Make(string what, Exception error)
    {
        string[] lines =
        [
            what,
            .. unread.Where(each => each.Near.Count > 0 || app.RequireSettingsRead).Select(each => $"It has not read the setting {each}."),
            settings.Values.Count == 0 ? "It was given no Settings." : $"It was given the settings {string.Join(", ", settings.Values.Keys.Order(StringComparer.OrdinalIgnoreCase))}.",
            .. _log.Count == 0 ? Array.Empty<string>() : ["It has logged:"],
            .. _log.TakeLast(ShownLogLines).Select(line => $"  {line}"),
        ];
        return new(app.EntryPoint.FullName!, start.Redact(string.Join(Environment.NewLine, lines)), _log, AddsSomething(error) ? error : null);
    }

    /// <summary>Whether an inner exception says more than the message does.</summary>
    private static bool AddsSomething(Exception error) =>
        error is not (ProgramEndedException or UnreadSettingsException or ReadinessTimeoutException or OperationCanceledException);

    private static TException? Find<TException>(Exception error)
        where TException : Exception => error as TException
            ?? (error is AggregateException many ? many.InnerExceptions.Select(Find<TException>).FirstOrDefault(found => found is not null) : null)
            ?? (error.InnerException is { } inner ? Find<TException>(inner) : null);
}
