using System.Globalization;
using IntegrationKit;
using Spectre.Console;

namespace OrderSample.Demo;

/// <summary>Prints progress and results to the console.</summary>
internal sealed class ConsoleReport : IProgress<ServiceProgress>, IProgress<TestResult>
{
    private readonly Lock _gate = new();

    public void Title(string title) => Line($"\n[bold]{title}[/]");

    public void Report(ServiceProgress value)
    {
        var line = value.Stage switch
        {
            ServiceStage.Pulling => Step("[blue]↓[/]", value.Service, "pulling", value.Detail),
            ServiceStage.Starting => Step("[grey]·[/]", value.Service, "starting", value.Detail),
            ServiceStage.Probing => Step("[grey]·[/]", value.Service, "probing", value.Detail),
            ServiceStage.Ready => Step("[green]✓[/]", value.Service, "ready", Time(value.Elapsed)),
            ServiceStage.Stopped => Step("[green]✓[/]", value.Service, "stopped", Time(value.Elapsed)),
            ServiceStage.Failed => Step("[red]✗[/]", value.Service, "failed", value.Detail),
            _ => null,
        };
        if (line is not null)
        {
            Line(line);
        }
    }

    public void Report(TestResult value)
    {
        Line($"  {(value.Passed ? "[green]✓[/]" : "[red]✗[/]")} {Markup.Escape(value.Name),-64} [grey]{Time(value.Duration),8}[/]");
        if (value.Error is { } error)
        {
            Line($"      [red]{Markup.Escape(error.Message)}[/]");
        }
    }

    public void Results(SuiteResult result) => Line($"\n[bold]Results: {result.Passed} passed, {result.Failed} failed[/]");

    public void Problem(string message) => Line($"\n[red]{Markup.Escape(message)}[/]");

    private static string Step(string mark, string service, string step, string? detail) =>
        $"  {mark} {Markup.Escape(service),-10} {step,-9} [grey]{Markup.Escape(detail ?? "")}[/]";

    private static string Time(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    // Services report from several threads.
    private void Line(string markup)
    {
        lock (_gate)
        {
            AnsiConsole.MarkupLine(markup.TrimEnd());
        }
    }
}
