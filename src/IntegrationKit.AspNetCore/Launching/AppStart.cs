using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationKit.AspNetCore;

/// <summary>Starts an application and waits until it is ready, or explains why it is not. What it has begun then is ended by the start's clean-up.</summary>
internal static class AppStart
{
    /// <exception cref="WebAppStartException">It did not start.</exception>
    /// <exception cref="OperationCanceledException">The start was cancelled, also because another service failed.</exception>
    public static async Task<RunningApp> RunAsync(
        AppDescription app, Func<AppLaunch, IAppFactory> makeFactory, StartContext start, CancellationToken cancellationToken)
    {
        var settings = new TestSettings(app.Settings.ToDictionary(each => each.Key, each => Read(app, each.Key, each.Value, start), StringComparer.OrdinalIgnoreCase));
        var launch = new AppLaunch(app, settings, start, cancellationToken);
        start.DisposeOnFailure(launch);
        var readiness = new AppReadiness(app, start);
        var factory = makeFactory(launch);
        try
        {
            await launch.RunAsync(factory).ConfigureAwait(false);
            return await WaitAsync(app, new RunningApp(launch, settings, start), settings, readiness, start).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var configuration = SettingReads.Unnoted(() => Configuration(launch));
            var failure = new AppFailure(app, launch, settings, UnreadSettings.Find(settings, configuration), readiness, start);
            if (start.PassedLimit is { } limit)
            {
                throw failure.TooLate(limit, e);
            }

            if (!cancellationToken.IsCancellationRequested)
            {
                throw failure.Explain(e);
            }

            WebAppLog.Cancelled(start.Logger, start.ServiceName, failure.Standing());
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        finally
        {
            await factory.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<RunningApp> WaitAsync(AppDescription app, RunningApp running, TestSettings settings, AppReadiness readiness, StartContext start)
    {
        try
        {
            await readiness.WaitAsync(running).ConfigureAwait(false);
            JudgeSettings(app, settings, running, start);
            return running;
        }
        catch
        {
            running.CloseConnections();
            throw;
        }
    }

    /// <summary>Reads a value, and registers what is secret in it: the application may quote it in its log or in an exception.</summary>
    private static string Read(AppDescription app, string key, ServiceReference value, StartContext start)
    {
        start.WaitsFor($"the value of the setting '{key}'");
        try
        {
            var read = value.Read();
            start.AddSecretsOf(key, read);
            return read;
        }
        catch (Exception e)
        {
            throw new WebAppStartException(app.EntryPoint.FullName!, start.Redact($"The value of the setting '{key}' could not be read: {e.Message}"), [], e);
        }
    }

    private static IConfiguration? Configuration(AppLaunch launch)
    {
        try
        {
            return launch.Host?.Services.GetService<IConfiguration>();
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    private static void JudgeSettings(AppDescription app, TestSettings settings, RunningApp running, StartContext start)
    {
        var unread = UnreadSettings.Find(settings, running.Configuration);
        if (app.RequireSettingsRead && unread.Count > 0)
        {
            throw new UnreadSettingsException();
        }

        foreach (var setting in unread.Where(each => !each.IsKnown))
        {
            WebAppLog.NotReadYet(start.Logger, start.ServiceName, setting.ToString());
        }
    }
}
