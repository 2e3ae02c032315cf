using System.Globalization;

namespace IntegrationKit.Benchmarks.Report;

/// <summary>Figures as a reader wants them: three digits that count.</summary>
internal static class Numbers
{
    public static string Text(double value)
    {
        var digits = value == 0 ? 0 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 4);
        return value.ToString($"N{digits}", CultureInfo.InvariantCulture);
    }
}
