using System.Buffers.Binary;
using Microsoft.Extensions.Caching.Distributed;

namespace DynamoActors.Client.AspNetCore;

/// <summary>
/// A cached value as it is stored: the format byte 1, then four times 8 bytes, little-endian (when it was set, when it was last touched,
/// when it ends whatever happens, in milliseconds since 1970; the sliding window in milliseconds; 0: none), then the value.
/// </summary>
/// <remarks>
/// Times are to the millisecond here, and to the second in the store, which lets go of an entry a little later than it ends. Where touching
/// would have to write with each read, it does with the first after a tenth of the window: the window is that much longer, never shorter.
/// </remarks>
internal readonly record struct CacheEntry(long SetAt, long TouchedAt, long EndsAt, long Window, ReadOnlyMemory<byte> Value)
{
    private const byte Format = 1;
    private const int HeadBytes = 1 + (4 * sizeof(long));
    private const int Slack = 10;

    /// <summary>What is to stay longer than the store takes stays for ever there; here it ends when it is to.</summary>
    private static readonly long TimeToLiveMax = (long)TimeSpan.FromDays(36_500).TotalMilliseconds;

    /// <summary>How long the store keeps it; null: for ever.</summary>
    public TimeSpan? TimeToLive
    {
        get
        {
            var end = Math.Min(EndsAt == 0 ? long.MaxValue : EndsAt, Window == 0 ? long.MaxValue : TouchedAt + LongWindow);
            return end - TouchedAt > TimeToLiveMax ? null : TimeSpan.FromMilliseconds(Math.Max(1, end - TouchedAt));
        }
    }

    private long LongWindow => Window + (Window / Slack);

    /// <exception cref="ArgumentOutOfRangeException">It would have ended already.</exception>
    public static CacheEntry Of(ReadOnlyMemory<byte> value, DistributedCacheEntryOptions options, DateTimeOffset now)
    {
        var end = options.AbsoluteExpirationRelativeToNow is not { } relative ? options.AbsoluteExpiration
            : relative < DateTimeOffset.MaxValue - now ? now + relative : DateTimeOffset.MaxValue;
        if (end <= now) throw new ArgumentOutOfRangeException(nameof(options), end, "The absolute expiration is not in the future.");
        var at = now.ToUnixTimeMilliseconds();
        return new CacheEntry(at, at, end?.ToUnixTimeMilliseconds() ?? 0, (long)(options.SlidingExpiration?.TotalMilliseconds ?? 0), value);
    }

    /// <summary>Null where the bytes are none.</summary>
    public static CacheEntry? Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < HeadBytes || bytes.Span[0] != Format) return null;
        var head = bytes.Span[1..];
        return new CacheEntry(Number(head, 0), Number(head, 1), Number(head, 2), Number(head, 3), bytes[HeadBytes..]);
    }

    public ReadOnlyMemory<byte> ToBytes()
    {
        var bytes = new byte[HeadBytes + Value.Length];
        bytes[0] = Format;
        ReadOnlySpan<long> numbers = [SetAt, TouchedAt, EndsAt, Window];
        for (var index = 0; index < numbers.Length; index++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1 + (index * sizeof(long))), numbers[index]);
        Value.CopyTo(bytes.AsMemory(HeadBytes));
        return bytes;
    }

    /// <summary>Of several, written at the same moment: what was set last, touched last.</summary>
    public static CacheEntry Newest(IEnumerable<CacheEntry> entries) => entries.MaxBy(entry => (entry.SetAt, entry.TouchedAt));

    public bool HasEnded(DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        return (EndsAt != 0 && at >= EndsAt) || (Window != 0 && at >= TouchedAt + LongWindow);
    }

    /// <summary>Whether this read must be noted in the store.</summary>
    public bool NeedsTouch(DateTimeOffset now) => Window != 0 && now.ToUnixTimeMilliseconds() - TouchedAt >= Window / Slack;

    public CacheEntry Touched(DateTimeOffset now) => this with { TouchedAt = now.ToUnixTimeMilliseconds() };

    private static long Number(ReadOnlySpan<byte> head, int index) =>
        BinaryPrimitives.ReadInt64LittleEndian(head[(index * sizeof(long))..]);
}
