using System.Runtime.InteropServices;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Vnodes;

/// <summary>Turns a new version into the bytes that are stored and sent.</summary>
internal static class StoredForm
{
    // Below this a copy is cheaper than keeping the unused headroom in memory for as long as the value.
    private const int InPlaceValueBytesMin = 16 * 1024;

    public static ReadOnlyMemory<byte> Of(VersionedObject written, PutObject put)
    {
        bool inPlace = put.Value.Length >= InPlaceValueBytesMin
            && written.Siblings.Length == 1
            && VersionedObjectCodec.MaxHeaderLength(written) <= put.Headroom;
        return inPlace && MemoryMarshal.TryGetArray(put.Value, out var segment)
            ? VersionedObjectCodec.EncodeAround(written, segment.Array!, segment.Offset)
            : VersionedObjectCodec.Encode(written);
    }
}
