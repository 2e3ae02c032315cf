using IntegrationKit.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IntegrationKit.AspNetCore.Tests;

/// <summary>An application that stops by itself while tests use it.</summary>
public sealed class EndTests
{
    [Theory]
    [InlineData("arguments")]
    [InlineData("host builder")]
    public async Task Application_that_has_stopped_by_itself_fails_the_check_and_the_reset_until_it_is_started_again(string form)
    {
        var fails = new TaskCompletionSource();
        await using var infra = await Apps.StartAsync(Forms.Make(form, services => services.AddHostedService(_ => new FailingWorker(fails.Task))));
        await infra.CheckAllAsync(Apps.Cancellation);
        await infra.ResetAllAsync(Apps.Cancellation);

        fails.SetResult();

        var check = await FailsAsync(() => infra.CheckAllAsync(Apps.Cancellation));
        var reset = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.ResetAllAsync(Apps.Cancellation));
        Assert.All([check, reset], error => Assert.Matches(
            "'api'.* The application's host has stopped by itself. The last error that it logged: .*BackgroundService failed.* \\(InvalidOperationException: The worker broke\\.\\)\\.$",
            error.Message));

        await infra.StopAllAsync(Apps.Cancellation);
        fails = new();
        await infra.StartAllAsync(Apps.Cancellation);
        await infra.CheckAllAsync(Apps.Cancellation);
    }

    [Fact]
    public async Task Application_that_has_stopped_without_an_error_is_told_so()
    {
        var app = new WebAppService<SlimApp.EntryPoint>();
        await using var infra = await Apps.StartAsync(app);

        app.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().StopApplication();

        var check = await FailsAsync(() => infra.CheckAllAsync(Apps.Cancellation));
        Assert.Contains("The application's host has stopped by itself. It had logged no error.", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_of_the_stop_itself_is_not_taken_for_the_reason()
    {
        var fails = new TaskCompletionSource();
        var log = new RecordingLog();
        await using var infra = await Apps.StartAsync(
            Forms.Make("arguments", services => services
                .AddHostedService(_ => new FailingWorker(fails.Task))
                .AddHostedService(provider => new StoppingWorker(_ =>
                {
                    provider.GetRequiredService<ILogger<EndTests>>().Log(LogLevel.Error, default, "The stop broke.", exception: null, (text, _) => text);
                    return Task.CompletedTask;
                }))),
            log);

        fails.SetResult();

        await UntilAsync(() => log.Entries.Any(each => each.Text.EndsWith("The stop broke.", StringComparison.Ordinal)));
        var check = await Assert.ThrowsAsync<ServiceOperationException>(() => infra.CheckAllAsync(Apps.Cancellation));
        Assert.Contains("The worker broke.", check.Message, StringComparison.Ordinal);
    }

    /// <summary>Tries until it fails: a host ends a moment after its worker.</summary>
    private static async Task<ServiceOperationException> FailsAsync(Func<Task> check)
    {
        ServiceOperationException? error = null;
        await UntilAsync(async () => (error = await Record.ExceptionAsync(check) as ServiceOperationException) is not null);
        return error!;
    }

    private static Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Apps.Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }
    }
}
