using Microsoft.AspNetCore.Connections;

namespace IntegrationKit.AspNetCore;

/// <summary>Tells why an application did not start, and what to do.</summary>
internal sealed class AppFailure(
    AppDescription app, AppLaunch launch, TestSettings settings, IReadOnlyList<UnreadSetting> unread, string? lastAnswer)
{
    private const int ShownLogLines = 4;

    private readonly AppStage _stage = launch.Stage;
    private readonly IReadOnlyList<string> _log = launch.Log.Lines;

    public Exception Tell(Exception error) => error is WebAppStartException ? error : Make(What(error), error);

    public Exception TellTimeout(Exception error) => Make(FormattableString.Invariant($"{Standing()} This was the limit of {app.StartTimeout.TotalSeconds:0.##} s, its StartTimeout."), error);

    /// <summary>What it has not got done.</summary>
    public string Standing() => _stage switch
    {
        AppStage.WaitsForTurn =>
            "It was not its turn: another application of this process is building its host, one at a time, since the settings stand in the environment variables meanwhile. See what that one waits for.",
        AppStage.Builds =>
            $"{app.Program} has not built its host: its Main waits for something before Build returns. Its thread cannot be ended from outside; it is refused a host.",
        AppStage.Starts =>
            $"{app.Program} has built its host, which does not listen: its Main has not come to Run, or a hosted service's StartAsync does not return.",
        _ =>
            $"{app.Program} listens on {launch.Address}, and GET {app.ReadyPath ?? "/"} did not answer {(app.ReadyPath is null ? "below 500" : "200 to 299")}. Its last answer: {lastAnswer ?? "none"}.",
    };

    private string What(Exception error) => (_stage, error) switch
    {
        (_, UnreadSettingsException) =>
            $"{app.Program} has not read all of its settings by the time it was ready, and RequireSettingsRead is set.",
        (_, { } e) when Find<AddressInUseException>(e) is not null =>
            $"{app.Program} cannot listen on 127.0.0.1:{app.Port}: the port is in use. Stop what listens there, or leave Port unset for a free one.",
        (AppStage.Builds, InvalidOperationException e) when e.Message.Contains("without ever building", StringComparison.Ordinal) =>
            $"The Main of {app.Program} has returned without building a host. It must come to WebApplication.CreateBuilder(…).Build(), or that of Host.CreateDefaultBuilder.",
        (AppStage.Builds, { } e) when e.Source is "Microsoft.AspNetCore.Mvc.Testing" or "IntegrationKit.AspNetCore" => $"{app.Program} cannot be run: {e.Message}",
        (AppStage.Builds, { } e) => $"{app.Program} threw {e.GetType().Name} before its host was built: {e.Message}",
        (AppStage.Starts, ProgramEndedException) =>
            $"The Main of {app.Program} has built its host and returned without starting it. It must come to Run or RunAsync.",
        (AppStage.Answers, ProgramEndedException) =>
            $"{app.Program} has stopped by itself before GET {app.ReadyPath ?? "/"} was answered. Its last answer: {lastAnswer ?? "none"}.",
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
        return new(
            app.EntryPoint.FullName!, launch.Secrets.Redact(string.Join(Environment.NewLine, lines)), _log, error is ProgramEndedException or UnreadSettingsException ? null : error);
    }

    private static TException? Find<TException>(Exception error)
        where TException : Exception => error as TException
            ?? (error is AggregateException many ? many.InnerExceptions.Select(Find<TException>).FirstOrDefault(found => found is not null) : null)
            ?? (error.InnerException is { } inner ? Find<TException>(inner) : null);
}
