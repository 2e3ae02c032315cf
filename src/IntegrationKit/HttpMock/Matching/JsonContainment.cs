using System.Globalization;
using System.Text.Json;

namespace IntegrationKit.HttpMock;

/// <summary>
/// Whether a JSON value contains another: every expected member exists and is contained, other members are allowed; arrays
/// have the same length and order; numbers are compared by value.
/// </summary>
internal static class JsonContainment
{
    /// <summary>The first difference, in words; null where the value is contained.</summary>
    public static string? FirstDifference(JsonElement expected, JsonElement actual, string path = "$") =>
        (expected.ValueKind, actual.ValueKind) switch
        {
            (JsonValueKind.Object, JsonValueKind.Object) => ObjectDifference(expected, actual, path),
            (JsonValueKind.Array, JsonValueKind.Array) => ArrayDifference(expected, actual, path),
            (JsonValueKind.Number, JsonValueKind.Number) when NumbersAreEqual(expected, actual) => null,
            (JsonValueKind.Number, JsonValueKind.Number) => Difference(expected, actual, path),
            _ => JsonElement.DeepEquals(expected, actual) ? null : Difference(expected, actual, path),
        };

    private static string? ObjectDifference(JsonElement expected, JsonElement actual, string path)
    {
        foreach (var member in expected.EnumerateObject())
        {
            var memberPath = $"{path}.{member.Name}";
            if (!actual.TryGetProperty(member.Name, out var value))
            {
                return $"{memberPath}={Show(member.Value, memberPath)} expected, got no such member";
            }

            if (FirstDifference(member.Value, value, memberPath) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private static string? ArrayDifference(JsonElement expected, JsonElement actual, string path)
    {
        if (expected.GetArrayLength() != actual.GetArrayLength())
        {
            return $"{path} with {expected.GetArrayLength()} elements expected, got {actual.GetArrayLength()}";
        }

        return expected.EnumerateArray().Zip(actual.EnumerateArray())
            .Select((pair, i) => FirstDifference(pair.First, pair.Second, $"{path}[{i}]"))
            .FirstOrDefault(difference => difference is not null);
    }

    private static bool NumbersAreEqual(JsonElement expected, JsonElement actual)
    {
        // Decimal is exact for 0.1; double covers numbers that are too large or too small for decimal.
        var (left, right) = (expected.GetRawText(), actual.GetRawText());
        return decimal.TryParse(left, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) &&
               decimal.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out var y)
            ? x == y
            : expected.GetDouble().Equals(actual.GetDouble());
    }

    private static string Difference(JsonElement expected, JsonElement actual, string path) =>
        $"{path}={Show(expected, path)} expected, got {Show(actual, path)}";

    private static string Show(JsonElement value, string path) =>
        Redaction.IsSecret(path.Split('.')[^1]) ? Redaction.Hidden : Redaction.Body(value.GetRawText());
}
