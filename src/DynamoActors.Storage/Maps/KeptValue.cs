using System.Runtime.InteropServices;

namespace DynamoActors.Storage.Maps;

/// <summary>A large value kept in the caller's own memory. Small ones are kept as arrays of just their size.</summary>
internal sealed class KeptValue(ReadOnlyMemory<byte> memory)
{
    // Below this a copy costs less than what a slice may hold on to (a small value in a large receive buffer).
    private const int CopiedBelowBytes = 16 * 1024;

    public ReadOnlyMemory<byte> Memory { get; } = memory;

    /// <summary>
    /// What to store for a value: an array that holds exactly it, without copying where possible, or a <see cref="KeptValue"/>.
    /// </summary>
    public static object For(ReadOnlyMemory<byte> value)
    {
        if (MemoryMarshal.TryGetArray(value, out var segment) && segment.Array is { } array)
        {
            if (segment.Count == array.Length)
                return array;
            // A slice of at least half its buffer wastes no more than it would cost to copy.
            if (segment.Count >= CopiedBelowBytes && segment.Count >= array.Length / 2)
                return new KeptValue(value);
        }
        return value.ToArray();
    }

    /// <summary>An array that holds exactly these bytes: the caller's own where it does, else a copy.</summary>
    public static byte[] ArrayOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Array is { } array && array.Length == segment.Count
            ? array
            : bytes.ToArray();

    public static ReadOnlyMemory<byte> MemoryOf(object stored) => stored is byte[] array ? array : ((KeptValue)stored).Memory;

    public static int LengthOf(object stored) => stored is byte[] array ? array.Length : ((KeptValue)stored).Memory.Length;
}
