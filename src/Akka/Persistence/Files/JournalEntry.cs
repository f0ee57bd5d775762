using System.Buffers.Binary;
using System.Text;

namespace Akka.Embedded.Persistence;

/// <summary>A serialised event.</summary>
/// <param name="SequenceNr">From 1, rising within a persistence id.</param>
/// <param name="Timestamp">When it was written, in ticks of UTC.</param>
/// <param name="SerializerId">Which serializer reads the payload again.</param>
/// <param name="Manifest">What that serializer needs to know of the payload's type.</param>
internal readonly record struct JournalEntry(long SequenceNr, long Timestamp, int SerializerId, string Manifest, byte[] Payload)
{
    public void Write(List<byte> body)
    {
        Span<byte> numbers = stackalloc byte[20];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, SequenceNr);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], Timestamp);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[16..], SerializerId);
        body.AddRange(numbers);
        WriteSized(body, Encoding.UTF8.GetBytes(Manifest));
        WriteSized(body, Payload);
    }

    public static JournalEntry Read(ref ReadOnlySpan<byte> body)
    {
        var numbers = Take(ref body, 20);
        long sequenceNr = BinaryPrimitives.ReadInt64LittleEndian(numbers);
        long timestamp = BinaryPrimitives.ReadInt64LittleEndian(numbers[8..]);
        int serializerId = BinaryPrimitives.ReadInt32LittleEndian(numbers[16..]);
        string manifest = Encoding.UTF8.GetString(ReadSized(ref body));
        return new JournalEntry(sequenceNr, timestamp, serializerId, manifest, ReadSized(ref body).ToArray());
    }

    private static void WriteSized(List<byte> body, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        body.AddRange(length);
        body.AddRange(bytes);
    }

    private static ReadOnlySpan<byte> ReadSized(ref ReadOnlySpan<byte> body) =>
        Take(ref body, BinaryPrimitives.ReadInt32LittleEndian(Take(ref body, 4)));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> body, int length)
    {
        var taken = body[..length];
        body = body[length..];
        return taken;
    }
}
