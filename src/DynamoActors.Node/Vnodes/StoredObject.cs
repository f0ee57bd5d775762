using System.Runtime.InteropServices;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Vnodes;

/// <summary>An object with the bytes that are stored and sent of it; default: none.</summary>
internal readonly record struct StoredObject(ReadOnlyMemory<byte> Encoded, VersionedObject? Object)
{
    // Below this a copy is cheaper than keeping the unused headroom in memory for as long as the value.
    private const int InPlaceValueBytesMin = 16 * 1024;

    /// <param name="encoded">Empty: none.</param>
    public static StoredObject Of(ReadOnlyMemory<byte> encoded) =>
        encoded.IsEmpty ? default : new(encoded, VersionedObjectCodec.Decode(encoded));

    /// <summary>A new version: around the value where that lies in memory, if it is large and there is room.</summary>
    public static StoredObject Of(VersionedObject written, PutObject put)
    {
        var inPlace = put.Value.Length >= InPlaceValueBytesMin
            && written.Siblings.Length == 1
            && VersionedObjectCodec.MaxHeaderLength(written) <= put.Headroom;
        return new(inPlace && MemoryMarshal.TryGetArray(put.Value, out var segment)
            ? VersionedObjectCodec.EncodeAround(written, segment.Array!, segment.Offset)
            : VersionedObjectCodec.Encode(written), written);
    }

    /// <summary>What both know. Has the reference of this one's object, or of the other's, where that is all.</summary>
    public StoredObject Merge(StoredObject incoming, bool lww)
    {
        var merged = VersionedObject.Merge(Object, incoming.Object, lww)!;
        return ReferenceEquals(merged, Object) ? this
            : ReferenceEquals(merged, incoming.Object) ? incoming
            : new(VersionedObjectCodec.Encode(merged), merged);
    }
}
