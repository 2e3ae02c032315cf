using System.Globalization;

namespace IntegrationKit.HttpMock;

/// <summary>Why the server did not ask the stubs for an answer.</summary>
/// <param name="Status">The status that the client got.</param>
/// <param name="Reason">The reason, in a sentence.</param>
internal sealed record Refusal(int Status, string Reason)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Status} {Reason}");
}
