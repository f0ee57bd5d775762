using System.Buffers.Binary;
using System.Text;

namespace DynamoActors.Storage.Journal;

/// <summary>A serialised event, as FORMAT.md draws it. Nothing in it names a .NET type.</summary>
/// <param name="SequenceNr">From 1, rising within a journal.</param>
/// <param name="Timestamp">When it was written, in ticks of UTC; for people.</param>
/// <param name="SerializerId">Which serializer reads the payload again.</param>
/// <param name="Manifest">What that serializer needs to know of the payload's kind.</param>
public readonly record struct EventRecord(long SequenceNr, long Timestamp, int SerializerId, string Manifest, byte[] Payload)
{
    private const int NumbersLength = sizeof(long) + sizeof(long) + sizeof(int);

    internal void Write(List<byte> body)
    {
        Span<byte> numbers = stackalloc byte[NumbersLength];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, SequenceNr);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], Timestamp);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[16..], SerializerId);
        body.AddRange(numbers);
        WriteSized(body, Encoding.UTF8.GetBytes(Manifest));
        WriteSized(body, Payload);
    }

    /// <summary>False where the bytes are no event.</summary>
    internal static bool TryRead(ref ReadOnlySpan<byte> body, out EventRecord read)
    {
        read = default;
        if (!TryTake(ref body, NumbersLength, out var numbers) || !TryTakeSized(ref body, out var manifest)
            || !TryTakeSized(ref body, out var payload))
            return false;
        read = new EventRecord(
            BinaryPrimitives.ReadInt64LittleEndian(numbers), BinaryPrimitives.ReadInt64LittleEndian(numbers[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(numbers[16..]), Encoding.UTF8.GetString(manifest), payload.ToArray());
        return true;
    }

    private static void WriteSized(List<byte> body, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        body.AddRange(length);
        body.AddRange(bytes);
    }

    private static bool TryTakeSized(ref ReadOnlySpan<byte> body, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        return TryTake(ref body, sizeof(int), out var length)
            && TryTake(ref body, BinaryPrimitives.ReadInt32LittleEndian(length), out taken);
    }

    private static bool TryTake(ref ReadOnlySpan<byte> body, int length, out ReadOnlySpan<byte> taken)
    {
        var isThere = length >= 0 && length <= body.Length;
        taken = isThere ? body[..length] : default;
        body = body[taken.Length..];
        return isThere;
    }
}
