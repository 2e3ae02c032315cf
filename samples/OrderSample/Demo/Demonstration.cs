using IntegrationKit;
using Spectre.Console;

namespace OrderSample.Demo;

/// <summary>The whole demonstration: starts real services, tests an order service against them, stops them.</summary>
internal static class Demonstration
{
    /// <returns>The exit code: 0 if all tests passed, 1 if one failed or a service did, 130 if Ctrl-C was pressed.</returns>
    public static async Task<int> RunAsync()
    {
        using var cancellation = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            // The first Ctrl-C stops the services; a second one ends the program at once.
            pressed.Cancel = !cancellation.IsCancellationRequested;
            cancellation.Cancel();
        };

        // Plain text without line breaks for a file or a pipe.
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Width = 1000;
        }

        var report = new ConsoleReport();
        var postgres = new PostgresService { Database = "orders", InitScripts = ["schema.sql"] };
        var redis = new RedisService();
        var payments = new ExternalServiceMock();

        await using var infra = new TestInfrastructure(new() { Progress = report })
            .Register("postgres", postgres)
            .Register("redis", redis)
            .Register("payments", payments);

        try
        {
            report.Title("Starting");
            await infra.StartAllAsync(cancellation.Token);

            report.Title("Testing");
            await using var tests = new OrderTests(infra, postgres, redis, payments);
            var result = await tests.Suite.RunAsync(report, cancellation.Token);

            report.Title("Stopping");
            await infra.StopAllAsync(CancellationToken.None);

            report.Results(result);
            return result.Succeeded ? 0 : 1;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            report.Problem("Cancelled.");
            return 130;
        }
        catch (IntegrationKitException error)
        {
            report.Problem(error.Message);
            return 1;
        }
    }
}
