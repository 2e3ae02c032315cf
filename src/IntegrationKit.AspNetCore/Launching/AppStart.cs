using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationKit.AspNetCore;

/// <summary>Starts an application and waits until it is ready; or leaves nothing of it and tells why.</summary>
internal static class AppStart
{
    /// <summary>A cancellation this late is the service's own limit; an earlier one is somebody else's.</summary>
    private const double OwnLimit = 0.9;

    /// <exception cref="WebAppStartException">It did not start.</exception>
    /// <exception cref="OperationCanceledException">The start was cancelled, or given up because of another service.</exception>
    public static async Task<RunningApp> RunAsync(
        AppDescription app, Func<AppLaunch, IAppFactory> makeFactory, ServiceContext context, CancellationToken cancellationToken)
    {
        var begun = context.TimeProvider.GetTimestamp();
        var settings = new TestSettings(app.Settings.ToDictionary(each => each.Key, each => Read(app, each.Key, each.Value), StringComparer.OrdinalIgnoreCase));
        var launch = new AppLaunch(app, settings, context, cancellationToken);
        foreach (var secret in launch.Secrets.All)
        {
            // What the application itself throws may quote one, and is part of the story as an inner exception.
            context.AddSecret(secret);
        }

        var readiness = new AppReadiness(app, context);
        var factory = makeFactory(launch);
        try
        {
            await launch.RunAsync(factory).ConfigureAwait(false);
            var running = new RunningApp(app, launch, settings);
            try
            {
                await readiness.WaitAsync(running, cancellationToken).ConfigureAwait(false);
                JudgeSettings(app, settings, running, context);
                return running;
            }
            catch
            {
                running.CloseConnections();
                throw;
            }
        }
        catch (Exception e)
        {
            var configuration = SettingReads.Unnoted(() => Configuration(launch));
            var failure = new AppFailure(app, launch, settings, UnreadSettings.Find(settings, configuration), readiness.LastAnswer);
            await HostEnd.LetGoAsync(launch.Abandon(), app.Service, context).ConfigureAwait(false);
            if (!cancellationToken.IsCancellationRequested)
            {
                throw failure.Tell(e);
            }

            if (context.TimeProvider.GetElapsedTime(begun) >= app.StartTimeout * OwnLimit)
            {
                throw failure.TellTimeout(e);
            }

            WebAppLog.GivenUp(context.Logger, app.Service, failure.Standing());
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        finally
        {
            await factory.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string Read(AppDescription app, string key, ServiceReference value)
    {
        try
        {
            return value.Read();
        }
        catch (Exception e)
        {
            throw new WebAppStartException(app.EntryPoint.FullName!, $"The value of the setting '{key}' could not be read: {e.Message}", [], e);
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

    private static void JudgeSettings(AppDescription app, TestSettings settings, RunningApp running, ServiceContext context)
    {
        var unread = UnreadSettings.Find(settings, running.Configuration);
        if (app.RequireSettingsRead && unread.Count > 0)
        {
            throw new UnreadSettingsException();
        }

        foreach (var setting in unread.Where(each => !each.IsKnown))
        {
            WebAppLog.NotReadYet(context.Logger, app.Service, setting.ToString());
        }
    }
}
