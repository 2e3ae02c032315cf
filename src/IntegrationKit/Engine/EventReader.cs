using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;

namespace IntegrationKit.Engine;

/// <summary>
/// Reads one JSON object after the other from a stream, with or without line ends between them and however their
/// bytes arrive. Where a stream ends inside an object the client says nothing; here it is an error.
/// </summary>
internal sealed class EventReader(Stream stream)
{
    private const int LongestEvent = 1024 * 1024;

    private readonly PipeReader _reader = PipeReader.Create(stream);

    /// <exception cref="EndOfStreamException">The stream ended: an engine that runs never ends it.</exception>
    public async Task<EngineEvent> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            if (TryParse(ref buffer, out var parsed))
            {
                _reader.AdvanceTo(buffer.Start);
                return parsed!;
            }

            if (read.IsCompleted)
            {
                throw new EndOfStreamException("the stream of events ended");
            }

            if (buffer.Length > LongestEvent)
            {
                throw new JsonException("an event is longer than 1 MiB");
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static bool TryParse(ref ReadOnlySequence<byte> buffer, out EngineEvent? parsed)
    {
        parsed = null;
        var reader = new Utf8JsonReader(buffer, isFinalBlock: false, default);
        if (!JsonDocument.TryParseValue(ref reader, out var json))
        {
            return false;
        }

        using (json)
        {
            parsed = Read(json.RootElement);
        }

        buffer = buffer.Slice(reader.BytesConsumed);
        return true;
    }

    private static EngineEvent Read(JsonElement json)
    {
        var actor = Member(json, "Actor");
        var exitCode = Text(Member(Member(actor, "Attributes"), "exitCode"));
        return new EngineEvent(
            Text(Member(json, "Action")) ?? throw new JsonException("an event has no Action"),
            Text(Member(actor, "ID")) ?? throw new JsonException("an event has no Actor.ID"),
            int.TryParse(exitCode, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            Member(json, "timeNano") is { ValueKind: JsonValueKind.Number } time ? EngineTime.Read(time.GetInt64()) : default);
    }

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } owner && owner.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? json) => json is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
