using IntegrationKit.Diagnostics;

namespace IntegrationKit.HttpMock;

/// <summary>Finds the stub that was probably meant by a request that no stub matches, and describes the differences.</summary>
internal static class NearestStub
{
    // A wrong method is a common mistake; it counts as much as two wrong letters in the path.
    private const int MethodWeight = 2;

    // The time that a comparison of letters takes grows with the square of this.
    private const int MostCompared = 500;

    /// <summary>The stub and the differences, or null where no stub is similar.</summary>
    public static string? Find(IReadOnlyList<StubDefinition> stubs, ReceivedRequest request) =>
        stubs.Select(stub => Compare(stub, request)).Where(c => c.IsNear).MinBy(c => c.Distance)?.ToString();

    private static Comparison Compare(StubDefinition stub, ReceivedRequest request)
    {
        var comparison = new Comparison(stub);
        if (!stub.AnswersMethod(request.Method))
        {
            comparison.Add(MethodWeight, $"method {stub.Method} expected, got {request.Method}");
        }

        if (stub.Path.TryMatch(request.Target.Segments, out var values))
        {
            foreach (var mismatch in stub.Mismatches(request.At(values)))
            {
                comparison.Add(1, mismatch);
            }
        }
        else
        {
            var distance = EditDistance.Between(Begin(stub.Path.FilledFrom(request.Target.Segments)), Begin(request.Path));
            comparison.IsNear = distance <= Math.Max(3, Begin(request.Path).Length / 2);
            comparison.Add(distance, $"path {stub.Path.Text} expected, got {Redaction.Short(request.Path)}");
        }

        return comparison;
    }

    private static string Begin(string text) => text[..Math.Min(text.Length, MostCompared)];

    private sealed class Comparison(StubDefinition stub)
    {
        private readonly List<string> _differences = [];

        public bool IsNear { get; set; } = true;

        public int Distance { get; private set; }

        public void Add(int distance, string difference)
        {
            Distance += distance;
            _differences.Add(difference);
        }

        public override string ToString() => $"{stub.Method} {stub.Path.Text} ({string.Join("; ", _differences)})";
    }
}
