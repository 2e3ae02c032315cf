using System.Globalization;
using System.Text;

namespace IntegrationKit.Benchmarks.Report;

/// <summary>Draws two bars for each scenario, its median and that of its floor, on a logarithmic axis.</summary>
internal static class Plot
{
    private const int Left = 130;
    private const int Right = 690;
    private const int Top = 62;
    private const int Row = 38;
    private const int Bar = 12;

    public static string Draw(IReadOnlyList<Figures> figures)
    {
        var values = figures.SelectMany(each => new[] { each.Median, each.FloorMedian }).ToArray();
        var (first, last) = ((int)Math.Floor(Math.Log10(values.Min())), (int)Math.Ceiling(Math.Log10(values.Max())));
        var bottom = Top + (figures.Count * Row);
        var svg = new StringBuilder();
        Add($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {bottom + 40}" width="760" font-family="system-ui, sans-serif" font-size="12" fill="#1f2328">
            <rect width="760" height="{bottom + 40}" rx="6" fill="#ffffff"/>
            <text x="16" y="24" font-size="14" font-weight="600">Medians in milliseconds, logarithmic</text>
            <rect x="16" y="36" width="12" height="10" fill="#0969da"/><text x="34" y="45">measured</text>
            <rect x="116" y="36" width="12" height="10" fill="#b6bec7"/><text x="134" y="45">floor; of respawn and respawn-wide: the reset of the library</text>
            """);
        for (var power = first; power <= last; power++)
        {
            Add($"""<path d="M{X(Math.Pow(10, power))} {Top - 6}V{bottom}" stroke="#e4e8ec"/><text x="{X(Math.Pow(10, power))}" y="{bottom + 18}" text-anchor="middle" fill="#59636e">{Math.Pow(10, power)}</text>""");
        }

        for (var i = 0; i < figures.Count; i++)
        {
            var y = Top + (i * Row);
            Add($"""<text x="{Left - 10}" y="{y + Bar + 5}" text-anchor="end">{figures[i].Scenario}</text>""");
            AddBar(y, figures[i].Median, "#0969da");
            AddBar(y + Bar + 1, figures[i].FloorMedian, "#b6bec7");
        }

        return svg.Append("</svg>\n").ToString();

        int X(double value) => Left + (int)Math.Round((Right - Left) * (Math.Log10(value) - first) / (last - first));

        void Add(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        void AddBar(int y, double value, string colour) => Add(
            $"""<rect x="{Left}" y="{y}" width="{Math.Max(2, X(value) - Left)}" height="{Bar}" fill="{colour}"/><text x="{X(value) + 6}" y="{y + 10}" font-size="11" fill="#59636e">{Numbers.Text(value)}</text>""");
    }
}
