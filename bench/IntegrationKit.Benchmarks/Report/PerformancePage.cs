using System.Globalization;
using System.Text;

namespace IntegrationKit.Benchmarks.Report;

/// <summary>Puts the figures into docs/performance.md, between two marks, and the plot beside it.</summary>
internal static class PerformancePage
{
    private const string Begin = "<!-- figures: written by the benchmark -->";
    private const string End = "<!-- end of the figures -->";

    public static async Task WriteAsync(IReadOnlyList<Figures> figures)
    {
        var docs = Path.Combine(FindRoot(), "docs");
        var page = Path.Combine(docs, "performance.md");
        var text = await File.ReadAllTextAsync(page);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        await File.WriteAllTextAsync(page, $"{text[..begin]}\n\n{await Machine.DescribeAsync()}\n\n{Table(figures)}\n{text[end..]}");
        await File.WriteAllTextAsync(Path.Combine(docs, "images", "performance.svg"), Plot.Draw(figures));
    }

    private static string Table(IReadOnlyList<Figures> figures)
    {
        var table = new StringBuilder("| scenario | n | median, ms | min to max | floor, ms | ratio | engine calls | further figures |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var each in figures)
        {
            var calls = each.EngineCalls is var (measured, floor) ? $"{Numbers.Text(measured)}, floor {Numbers.Text(floor)}" : "";
            var extras = string.Join(", ", each.Extras.Select(extra => $"{extra.Key} {Numbers.Text(extra.Value)}"));
            table.Append(CultureInfo.InvariantCulture, $"| `{each.Scenario}` | {each.Measured.Count} | {Numbers.Text(each.Median)} | ")
                .Append(CultureInfo.InvariantCulture, $"{Numbers.Text(each.Measured.Min())} to {Numbers.Text(each.Measured.Max())} | ")
                .Append(CultureInfo.InvariantCulture, $"{Numbers.Text(each.FloorMedian)} | {Numbers.Text(each.Ratio)} | {calls} | {extras} |\n");
        }

        return table.ToString();
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "IntegrationKit.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("IntegrationKit.sln is in no folder above the program.");
        }

        return folder.FullName;
    }
}
