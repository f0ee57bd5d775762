using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Core.Versioning;

/// <summary>Walks the header of an encoded object, front to back, and checks every byte of it (FORMAT.md).</summary>
internal ref struct VersionedObjectReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private int _offset;

    public readonly int Offset => _offset;

    public readonly int Remaining => _source.Length - _offset;

    public void ReadFormat()
    {
        Need(1, "the format");
        if (_source[_offset] != VersionedObjectCodec.Format)
            Refuse($"format {_source[_offset]}, where this program reads format {VersionedObjectCodec.Format}");
        _offset++;
    }

    public VersionVector ReadContext()
    {
        var entries = new Dot[ReadCount(VersionedObjectCodec.EntryBytesMin, "context entries")];
        for (var index = 0; index < entries.Length; index++)
        {
            var entry = ReadEntry();
            if (index > 0 && entries[index - 1].Actor >= entry.Actor)
                Refuse($"actor {entry.Actor:x16} twice or out of order in the context");
            entries[index] = entry;
        }
        return VersionVector.OfSorted(entries);
    }

    public int ReadSiblingCount() => ReadCount(VersionedObjectCodec.SiblingBytesMin, "siblings");

    /// <summary>All of a sibling but its value.</summary>
    public SiblingHeader ReadSibling(int contextCount)
    {
        var actorIndex = (int)ReadVarint(int.MaxValue, "the actor of a sibling");
        if (actorIndex >= contextCount)
            Refuse($"a sibling of actor {actorIndex} of {contextCount} in the context");
        var counter = ReadVarint(ulong.MaxValue, "the counter of a sibling");
        Need(sizeof(ulong) + 2, "a sibling's time, flags and content type");
        var time = BinaryPrimitives.ReadUInt64LittleEndian(_source[_offset..]);
        var flags = _source[_offset + sizeof(ulong)];
        _offset += sizeof(ulong);
        if ((flags & ~VersionedObjectCodec.AllFlags) != 0)
            Refuse($"unknown flags {flags:x2}");
        _offset++;
        var contentType = ReadContentType((flags & VersionedObjectCodec.ContentTypeSpelledOut) != 0);
        var expiry = (flags & VersionedObjectCodec.Expires) != 0 ? (long?)ReadVarint(long.MaxValue, "the expiry") : null;
        var valueLength = (int)ReadVarint(int.MaxValue, "the length of a value");
        var isTombstone = (flags & VersionedObjectCodec.Tombstone) != 0;
        if (isTombstone && (valueLength != 0 || contentType is not null))
            Refuse("a tombstone with a value or a content type");
        return new SiblingHeader(actorIndex, counter, time, contentType, expiry, isTombstone, valueLength);
    }

    [DoesNotReturn]
    public readonly void Refuse(string what) => throw new VersionedObjectFormatException(what, _offset);

    private Dot ReadEntry()
    {
        Need(sizeof(ulong) + 1, "a context entry");
        var actor = BinaryPrimitives.ReadUInt64BigEndian(_source[_offset..]);
        _offset += sizeof(ulong);
        var counter = ReadVarint(ulong.MaxValue, "a context counter");
        if (counter == 0)
            Refuse($"counter 0 of actor {actor:x16}");
        return new Dot(actor, counter);
    }

    private string? ReadContentType(bool spelledOut)
    {
        var codeOrLength = _source[_offset++];
        if (!spelledOut)
        {
            var known = ContentTypeCode.Text(codeOrLength);
            if (known is null && codeOrLength != ContentTypeCode.None)
                Refuse($"unknown content type code {codeOrLength}");
            return known;
        }
        Need(codeOrLength, "a content type");
        var text = Encoding.Latin1.GetString(_source.Slice(_offset, codeOrLength));
        // One text, one encoding: equal versions must have equal bytes.
        if (!Sibling.IsContentType(text) || ContentTypeCode.Of(text) != ContentTypeCode.None)
            Refuse("a content type that is empty, not printable ASCII, or has a code of its own");
        _offset += codeOrLength;
        return text;
    }

    /// <summary>
    /// A count of things that take so many bytes each at least: a forged count cannot make this process allocate more than it was sent.
    /// </summary>
    private int ReadCount(int bytesMin, string what)
    {
        var count = ReadVarint(int.MaxValue, what);
        if (count > (ulong)(Remaining / bytesMin))
            Refuse($"{count} {what} in {Remaining} bytes");
        return (int)count;
    }

    private ulong ReadVarint(ulong max, string what)
    {
        var length = Varint.Read(_source[_offset..], out var value);
        if (length == 0 || value > max)
            Refuse($"{what} is cut off, out of range, or not in its shortest form");
        _offset += length;
        return value;
    }

    private readonly void Need(int length, string what)
    {
        if (Remaining < length)
            Refuse($"{what} is cut off");
    }

    internal readonly record struct SiblingHeader(
        int ActorIndex, ulong Counter, ulong Time, string? ContentType, long? Expiry, bool IsTombstone, int ValueLength);
}
