using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using DynamoActors.Core.Bytes;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Security;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Listing;
using DynamoActors.Links;

namespace DynamoActors.Fuzz.Targets;

/// <summary>Short texts that clients and operators send: contexts, cursors, rights, quorums, addresses. What is read is written the
/// same.</summary>
internal static class TextTarget
{
    private const string Bucket = "b";
    private const byte Sealed = (byte)'=';

    private static ReadOnlySpan<byte> Key => "k"u8;

    public static byte[][] Seeds() =>
    [
        Encoding.ASCII.GetBytes(ContextText.ToText(VersionVector.Of([new Dot(0xa0, 1), new Dot(0xb0, 300)]), Bucket, Key)),
        [Sealed, 2, 0, 0, 0, 0, 0, 0, 0, 0xa0, 1, 0, 0, 0, 0, 0, 0, 0, 0xb0, 0xac, 2],
        Encoding.ASCII.GetBytes(KeysCursor.ToText(Bucket, "p"u8, "p-key"u8)),
        "write:caf%C3%A9/eu-%00"u8.ToArray(), "admin:*"u8.ToArray(), "read:b"u8.ToArray(),
        "quorum"u8.ToArray(), "3"u8.ToArray(), "00000000000000a0:7"u8.ToArray(), "[::1]:8081"u8.ToArray(), "node1:8081"u8.ToArray(),
    ];

    public static void Attempt(byte[] input)
    {
        var text = input.AsSpan().StartsWith([Sealed]) ? WithChecks(input.AsSpan(1)) : Encoding.Latin1.GetString(input);
        if (ContextText.TryParse(text, Bucket, Key, out var vector, out var error)) Same(ContextText.ToText(vector, Bucket, Key), text);
        else if (error.Length == 0) throw new InvalidOperationException("A context is refused without a reason");
        if (KeysCursor.TryParse(text, Bucket, "p"u8, 1024, out var key)) Same(KeysCursor.ToText(Bucket, "p"u8, key), text);
        if (Grant.TryParse(text, out var grant)) Again(grant.ToString(), one => Grant.TryParse(one, out var read) ? read.ToString() : null);
        if (QuorumSetting.TryParse(text, out var quorum, out _))
            Again(quorum.ToString(), one => QuorumSetting.TryParse(one, out var read, out _) ? read.ToString() : null);
        if (Dot.TryParse(text, out var dot)) Again(dot.ToString(), one => Dot.TryParse(one, out var read) ? read.ToString() : null);
        if (HostPort.TryParse(text, out var address))
            Again(address.ToString(), one => HostPort.TryParse(one, out var read) ? read.ToString() : null);
    }

    /// <summary>A context's checksums are right whatever is in it: else only they would be tried.</summary>
    private static string WithChecks(ReadOnlySpan<byte> entries)
    {
        var bytes = new byte[entries.Length + 2 * sizeof(uint)];
        entries.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(entries.Length), Crc32C.Append(Crc32C.Of([1, (byte)'b']), Key));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(entries.Length + sizeof(uint)), Crc32C.Of(bytes.AsSpan(..^sizeof(uint))));
        return Base64Url.EncodeToString(bytes);
    }

    private static void Again(string written, Func<string, string?> read) => Same(read(written), written);

    private static void Same(string? found, string expected)
    {
        if (found != expected) throw new InvalidOperationException($"'{expected}' is read as '{found}'");
    }
}
