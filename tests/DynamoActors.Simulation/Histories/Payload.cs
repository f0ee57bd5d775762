using System.Buffers.Binary;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Simulation.Histories;

/// <summary>A value that says which operation wrote it, what elements it holds where it is a set, and nothing else: <c>operation (4) |
/// count (4) | elements (4 each) | filling</c>.</summary>
internal static class Payload
{
    private const int HeaderBytes = 2 * sizeof(int);

    /// <summary>The operation of what cannot have been written here.</summary>
    public const int Foreign = -1;

    public static byte[] Of(int operation, IReadOnlyCollection<int> elements, int fillingBytes)
    {
        var bytes = new byte[HeaderBytes + (elements.Count * sizeof(int)) + fillingBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, operation);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int)), elements.Count);
        int at = HeaderBytes;
        foreach (int element in elements)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), element);
            at += sizeof(int);
        }
        for (; at < bytes.Length; at++) bytes[at] = (byte)(operation + at);
        return bytes;
    }

    public static int OperationOf(Sibling sibling) =>
        sibling.Value.Length < HeaderBytes || sibling.ContentType == Counter.ContentType ? Foreign
            : BinaryPrimitives.ReadInt32LittleEndian(sibling.Value.Span);

    public static IEnumerable<int> ElementsOf(VersionedObject? held)
    {
        foreach (var sibling in held?.Siblings ?? [])
        {
            if (sibling.IsTombstone) continue;
            int count = BinaryPrimitives.ReadInt32LittleEndian(sibling.Value.Span[sizeof(int)..]);
            for (int index = 0; index < count; index++)
                yield return BinaryPrimitives.ReadInt32LittleEndian(sibling.Value.Span[(HeaderBytes + (index * sizeof(int)))..]);
        }
    }
}
