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

    internal static EventRecord Read(ref ReadOnlySpan<byte> body)
    {
        var numbers = Take(ref body, NumbersLength);
        var sequenceNr = BinaryPrimitives.ReadInt64LittleEndian(numbers);
        var timestamp = BinaryPrimitives.ReadInt64LittleEndian(numbers[8..]);
        var serializerId = BinaryPrimitives.ReadInt32LittleEndian(numbers[16..]);
        var manifest = Encoding.UTF8.GetString(TakeSized(ref body));
        return new EventRecord(sequenceNr, timestamp, serializerId, manifest, TakeSized(ref body).ToArray());
    }

    private static void WriteSized(List<byte> body, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        body.AddRange(length);
        body.AddRange(bytes);
    }

    private static ReadOnlySpan<byte> TakeSized(ref ReadOnlySpan<byte> body) =>
        Take(ref body, BinaryPrimitives.ReadInt32LittleEndian(Take(ref body, sizeof(int))));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> body, int length)
    {
        var taken = body[..length];
        body = body[length..];
        return taken;
    }
}
