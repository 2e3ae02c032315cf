using System.Buffers.Binary;
using System.Text;

namespace IntegrationKit.Tests.Engine.Support;

/// <summary>Frames of a multiplexed stream: stream number, three zeros, length in network order, payload.</summary>
internal static class Frames
{
    public static byte[] Out(string text) => Of(1, Encoding.UTF8.GetBytes(text));

    public static byte[] Error(string text) => Of(2, Encoding.UTF8.GetBytes(text));

    public static byte[] Of(byte stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[8 + payload.Length];
        frame[0] = stream;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)payload.Length);
        payload.CopyTo(frame.AsSpan(8));
        return frame;
    }
}
