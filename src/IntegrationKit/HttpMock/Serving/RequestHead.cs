using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace IntegrationKit.HttpMock;

/// <summary>
/// What a connection sends, as the server reads it, with a copy of the beginning of the current request: of one that the server
/// refuses at its head it tells nothing else.
/// </summary>
internal sealed class RequestHead(PipeReader connection) : PipeReader
{
    private const int MostKept = 2_048;
    private const int LongestMethod = 40;
    private const string Cut = "…";

    private readonly byte[] _kept = new byte[MostKept];
    private int _length;
    private SequencePosition _start;
    private bool _isComplete;
    private bool _isNextAwaited;
    private int _isRefused;

    /// <summary>Notes that this request is refused. A connection ends with its first one.</summary>
    /// <returns>Whether this was not noted before.</returns>
    public bool TryRefuse() => Interlocked.Exchange(ref _isRefused, 1) == 0;

    /// <summary>The request was answered: what is read next belongs to another one.</summary>
    public void AwaitNext() => _isNextAwaited = true;

    /// <summary>The request as far as it is known: its method and target, or none where it is no request.</summary>
    public ReceivedRequest ToRequest(DateTimeOffset receivedAt)
    {
        var (method, target) = Parse();
        return new(method, target, new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase), RequestContent.None, receivedAt);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await connection.ReadAsync(cancellationToken).ConfigureAwait(false);
        Note(result.Buffer);
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        var hasRead = connection.TryRead(out result);
        if (hasRead)
        {
            Note(result.Buffer);
        }

        return hasRead;
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        NoteConsumed(consumed);
        connection.AdvanceTo(consumed);
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        NoteConsumed(consumed);
        connection.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => connection.CancelPendingRead();

    public override void Complete(Exception? exception = null) => connection.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => connection.CompleteAsync(exception);

    /// <summary>Until something of the request is consumed, what is read begins with its first byte.</summary>
    private void Note(ReadOnlySequence<byte> buffer)
    {
        if (_isNextAwaited)
        {
            (_isNextAwaited, _isComplete) = (false, false);
        }

        if (!_isComplete)
        {
            var beginning = buffer.Slice(0, Math.Min(buffer.Length, MostKept));
            beginning.CopyTo(_kept);
            (_length, _start) = ((int)beginning.Length, buffer.Start);
        }
    }

    private void NoteConsumed(SequencePosition consumed) => _isComplete |= !consumed.Equals(_start);

    private (string Method, RequestTarget Target) Parse()
    {
        var kept = Encoding.Latin1.GetString(_kept, 0, _length).TrimStart('\r', '\n');
        var line = kept.Split('\n', 2)[0].TrimEnd('\r');
        var parts = line.Split(' ', 3);
        if (line.Any(c => c is < ' ' or > '~') || parts is not [{ Length: > 0 and <= LongestMethod } method, { Length: > 0 } rawTarget, ..])
        {
            return (string.Empty, RequestTarget.None);
        }

        var isWhole = parts.Length == 3 || line.Length < kept.Length;
        var path = rawTarget.Split('?', 2)[0];
        var query = rawTarget[path.Length..] + (isWhole ? string.Empty : Cut);
        return query.StartsWith('?')
            ? (method, new(path, Uri.UnescapeDataString(path), query))
            : (method, new(path + query, Uri.UnescapeDataString(path) + query, string.Empty));
    }
}
